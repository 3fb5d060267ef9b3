/**
 * What the page inside may do beyond watching: sound after a tap outside of it, and to fill the screen or float.
 * WebRTC needs no permission, and a viewer needs neither camera nor microphone.
 */
const ALLOWED = 'autoplay; fullscreen; picture-in-picture';

/** HTML that shows a show inside another page, as wide as there is room. @param link as viewers get it */
export function embedCode(link: string, title: string): string {
  const src = `${link}${link.includes('?') ? '&' : '?'}embed=1`;
  return `<iframe src="${quoted(src)}" title="${quoted(title)}" allow="${ALLOWED}" style="width: 100%; aspect-ratio: 16 / 9; border: 0"></iframe>`;
}

const quoted = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
