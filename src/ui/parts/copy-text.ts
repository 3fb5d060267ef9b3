/**
 * Copies text to the clipboard; false when the browser refuses. Pages without encryption have no clipboard API, so the
 * older way by a selection serves them.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Deprecated, and the only way on a page without encryption. */
interface DocumentThatCopies {
  execCommand(command: 'copy'): boolean;
}

function copyBySelection(text: string): boolean {
  const older: DocumentThatCopies = document;
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position:fixed;inset:0 auto auto 0;opacity:0';
  // A modal dialog makes everything outside of it inert, so the field has to live inside.
  (before?.closest('dialog') ?? document.body).append(field);
  field.select();
  try {
    return older.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
