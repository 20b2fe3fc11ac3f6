// A panel at the side of the page: a dialog of the browser's own, so that focus and Escape are its business.
import { render, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "./words_data";

let root: HTMLElement | undefined;

function Panel({ title, onClosed, children }: { title: string; onClosed: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="panel"
      aria-labelledby="panel-title"
      onClose={onClosed}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="panel-head">
        <h2 id="panel-title">{title}</h2>
        <button class="icon" type="button" onClick={close}>
          <span class="hidden">{words.close}</span>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="m6 6 12 12M18 6 6 18" />
          </svg>
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** Shows a panel instead of the one that is open. */
export function showPanel(title: string, children: ComponentChildren): void {
  closePanel();
  root = document.body.appendChild(document.createElement("div"));
  render(
    <Panel title={title} onClosed={closePanel}>
      {children}
    </Panel>,
    root,
  );
}

export function closePanel(): void {
  if (!root) return;
  render(null, root);
  root.remove();
  root = undefined;
}
