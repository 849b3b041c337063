/** What is drawn on a chart: norms, lines, and marks by shape. */
import type { Scale } from "./chartScale";
import type { ChartLine, ChartPoint } from "./LineChart";

type Drawn = { lines: readonly ChartLine[]; x: Scale; y: Scale };

const at = (point: ChartPoint) => Date.parse(point.at);

type Edges = { from: number; to: number; top: number; bottom: number };

/** Each value with the norm that held for it: laboratories differ, and so the band may have steps. */
export function Norms({ lines, x, y, from, to, top, bottom }: Drawn & Edges) {
  return (
    <g className="chart-norms">
      {lines.flatMap((line) =>
        stretches(line.parts.flat(), (point) => x.of(at(point)), from, to).map(({ low, high, left, right }) => {
          if (low === null && high === null) return null;
          const [above, below] = [high === null ? top : y.of(high), low === null ? bottom : y.of(low)];
          return (
            <rect
              key={`${line.id}-${left}`}
              x={left}
              y={above}
              width={right - left}
              height={Math.max(below - above, 0)}
            />
          );
        }),
      )}
    </g>
  );
}

type Stretch = { low: number | null; high: number | null; left: number; right: number };

/** From where to where one norm holds: half-way to the neighbours that have another. */
function stretches(
  points: readonly ChartPoint[],
  place: (point: ChartPoint) => number,
  from: number,
  to: number,
): Stretch[] {
  const found: Stretch[] = [];
  points.forEach((point, n) => {
    const { low = null, high = null } = point;
    const after = points[n + 1];
    const right = after ? (place(point) + place(after)) / 2 : to;
    const last = found.at(-1);
    if (last && last.low === low && last.high === high) last.right = right;
    else found.push({ low, high, left: last?.right ?? from, right });
  });
  return found;
}

export function Paths({ lines, x, y }: Drawn) {
  return (
    <g>
      {lines.flatMap((line, n) =>
        line.parts.map((part, m) => (
          <polyline
            key={`${line.id}-${m}`}
            className={`chart-line chart-line-${n}`}
            points={part.map((point) => `${x.of(at(point))},${y.of(point.value)}`).join(" ")}
          />
        )),
      )}
    </g>
  );
}

const MANY = 120; // so many points, and marks would hide the line: then only what is out of the norm has one

export function Marks({ lines, x, y, chosen }: Drawn & { chosen: string }) {
  return (
    <g>
      {lines.flatMap((line) => {
        const points = line.parts.flat();
        return points
          .filter(
            (point) =>
              points.length <= MANY || point.standing === "above" || point.standing === "below" || point.at === chosen,
          )
          .map((point, n) => (
            <g
              key={`${line.id}-${n}`}
              transform={`translate(${x.of(at(point))} ${y.of(point.value)})`}
              className={`chart-mark chart-${point.standing}`}
            >
              {point.at === chosen && <circle className="chart-ring" r={11} />}
              <Shape standing={point.standing} />
            </g>
          ));
      })}
    </g>
  );
}

function Shape({ standing }: { standing: ChartPoint["standing"] }) {
  if (standing === "above") return <path d="M0 -7L7 6H-7Z" />;
  if (standing === "below") return <path d="M0 7L7 -6H-7Z" />;
  return <circle r={5} />;
}
