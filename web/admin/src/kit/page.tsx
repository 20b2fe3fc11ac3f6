// The parts pages are made of: head with actions, cards.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { words } from "../words";

interface PageProps {
  title: ReactNode;
  /** Where "back" leads. */
  back?: string;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, back, actions, children }: PageProps) {
  return (
    <div className="page">
      <div className="page-head">
        <div className="page-title">
          {back && (
            <Link href={back} className="back" aria-label={words.back}>
              ←
            </Link>
          )}
          <h1>{title}</h1>
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

export function Card({ title, aside, children }: { title?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="card">
      {title && (
        <div className="card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      <div className="card-body">{children}</div>
    </section>
  );
}

/** A name and its value, one below the other pair. */
export function Facts({ facts }: { facts: Array<[name: string, value: ReactNode] | false | undefined> }) {
  return (
    <dl className="facts">
      {facts
        .filter((fact) => fact !== false && fact !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
