/** A notification when the show starts, as long as the page stays open: a site without a server can't wake anybody. */
export class Reminder {
  /** `refused`: the browser does not allow it. */
  state = $state<'off' | 'on' | 'refused'>('off');

  /** False where browsers have no notifications, as on pages without encryption. */
  readonly isPossible = 'Notification' in globalThis && isSecureContext;

  /** Asks the browser; call it on a tap. */
  async ask(): Promise<void> {
    this.state = (await Notification.requestPermission()) === 'granted' ? 'on' : 'refused';
  }

  /** Tells it once, unless the person is looking at the page anyway. */
  async tell(title: string, text: string): Promise<void> {
    if (this.state !== 'on') return;
    this.state = 'off';
    if (!document.hidden) return;
    const options = { body: text, icon: './icons/icon-192.png', tag: location.hash };
    try {
      // Phones show them through the service worker only.
      const worker = await navigator.serviceWorker.getRegistration();
      if (worker) await worker.showNotification(title, options);
      else new Notification(title, options);
    } catch {
      // The system refused after all; the page itself starts by itself.
    }
  }
}
