/** What only who moderates needs: loaded when it is opened. */
export { default as PollDesk } from './PollDesk.svelte';
export { default as ProductEditor } from './ProductEditor.svelte';
export { default as RoomControls } from './RoomControls.svelte';
