// Bars of a period, each with what the same place of the period before had; a table says the same to who cannot see it.
import { useState } from "react";
import { compact } from "../format";

export interface Bar {
  label: string;
  value: number;
  before?: number;
}

interface BarsProps {
  label: string;
  bars: Bar[];
  write: (value: number) => string;
  now: string;
  before: string;
}

/** The least round number that is not below: 1, 2, 2.5 or 5 times a power of ten. */
function roundAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

export function Bars({ label, bars, write, now, before }: BarsProps) {
  const [at, setAt] = useState<number>();
  const top = roundAbove(Math.max(...bars.map((bar) => Math.max(bar.value, bar.before ?? 0)), 0));
  const share = (value: number) => `${(Math.max(value, 0) / top) * 100}%`;
  const shown = at === undefined ? undefined : bars[at];
  const hasBefore = bars.some((bar) => bar.before !== undefined);
  return (
    <figure className="chart" aria-label={label}>
      <div className="chart-said" aria-hidden>
        {shown ? (
          <>
            {shown.label}: <b>{write(shown.value)}</b>
            {shown.before !== undefined && (
              <span className="quiet">
                {" "}
                · {before} {write(shown.before)}
              </span>
            )}
          </>
        ) : (
          <span className="legend">
            <i /> {now}
            {hasBefore && (
              <>
                <i className="legend-before" /> {before}
              </>
            )}
          </span>
        )}
      </div>
      <div className="chart-body" aria-hidden onMouseLeave={() => setAt(undefined)}>
        <div className="chart-axis">
          <span>{compact(top)}</span>
          <span>{compact(top / 2)}</span>
          <span>0</span>
        </div>
        <div className="chart-bars">
          {bars.map((bar, number) => (
            <div
              key={number}
              className="chart-slot"
              onMouseEnter={() => setAt(number)}
              data-here={at === number || undefined}
            >
              {bar.before !== undefined && <span className="chart-before" style={{ height: share(bar.before) }} />}
              <span className="chart-bar" style={{ height: share(bar.value) }} />
            </div>
          ))}
        </div>
      </div>
      <div className="chart-ends" aria-hidden>
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
      <table className="hidden">
        <caption>{label}</caption>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              <td>{write(bar.value)}</td>
              <td>{bar.before === undefined ? "" : `${before} ${write(bar.before)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Parts of a whole, the largest first, as lines. */
export function Shares({ parts, write }: { parts: Bar[]; write: (value: number) => string }) {
  const top = Math.max(...parts.map(({ value }) => value), 1);
  return (
    <ul className="shares">
      {parts.map(({ label, value }) => (
        <li key={label}>
          <span>{label}</span>
          <b>{write(value)}</b>
          <span className="share-line" style={{ width: `${(Math.max(value, 0) / top) * 100}%` }} aria-hidden />
        </li>
      ))}
    </ul>
  );
}
