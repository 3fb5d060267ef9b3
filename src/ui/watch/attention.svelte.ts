const RESTS_AFTER_MS = 3000; // chosen: long enough to find a button

/** Whether somebody is moving over the picture; a page that just opened shows what there is. */
export class Attention {
  #isAwake = $state(true);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get isAwake(): boolean {
    return this.#isAwake;
  }

  wake(): void {
    this.#isAwake = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#isAwake = false), RESTS_AFTER_MS);
  }
}
