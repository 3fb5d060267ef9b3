import { mount } from 'svelte';
import type { Platform } from '../app/sessions.ts';
import App from './App.svelte';
import './base.css';

/** Puts the pages into `target`; they open and close their sessions on `platform`. */
export function mountApp(target: HTMLElement, platform: Platform): void {
  // A page that comes back from the browser's back-forward cache has said goodbye already: begin anew.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  mount(App, { target, props: { platform } });
}
