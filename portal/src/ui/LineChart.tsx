/**
 * Values over time as lines, drawn as SVG of the size of its container, so that its words stay readable on a phone.
 * One tab stop: arrows go from moment to moment and each is read aloud (as the text of a slider). What lies out of its
 * norm has a shape of its own. A line ends where what follows cannot be compared with it.
 */
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { numericDay } from "../i18n/dates";
import { numberWords } from "../i18n/units";
import { dictionary } from "../i18n";
import { nearest, timeScale, valueScale, type Scale } from "./chartScale";
import { Marks, Norms, Paths } from "./chartParts";
import "./chart.css";

export type ChartPoint = {
  at: string;
  value: number;
  standing: "below" | "within" | "above" | "unknown";
  /** The norm that holds for this value, where one was given. */
  low?: number | null;
  high?: number | null;
};

/** From when to when, in milliseconds since 1970: charts that stand one under the other share it. */
export type Span = readonly [from: number, to: number];

/** `parts` are drawn apart from each other. */
export type ChartLine = { id: string; title: string; parts: readonly (readonly ChartPoint[])[] };

type Props = {
  label: string;
  lines: readonly ChartLine[];
  /** What is read and written of one moment: "12 ноября 2026 г.: 142/88 мм рт. ст., выше нормы". */
  words: (at: string) => string;
  /** Without it the axis goes from the first value to the last. */
  span?: Span | undefined;
};

const HEIGHT = 280;
const EDGE = { top: 12, right: 16, bottom: 36, left: 52 };
const INSET = 12; // pixels between the edge and the first value
const DATE_ROOM = 120; // pixels that a date needs at the foot

export function LineChart({ label, lines, words, span }: Props) {
  const [box, width] = useWidth();
  const points = useMemo(() => lines.flatMap((line) => line.parts.flat()), [lines]);
  const moments = useMemo(() => [...new Set(points.map((point) => point.at))].sort(), [points]);
  const [chosen, setChosen] = useState(moments.length - 1);
  const here = Math.min(Math.max(chosen, 0), moments.length - 1);
  const at = moments[here] ?? "";
  const scales = useMemo(() => scalesOf(points, width, span), [points, width, span]);

  const moved = (event: KeyboardEvent) => {
    const to = {
      ArrowRight: here + 1,
      ArrowUp: here + 1,
      ArrowLeft: here - 1,
      ArrowDown: here - 1,
      Home: 0,
      End: moments.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setChosen(Math.min(Math.max(to, 0), moments.length - 1));
  };
  const pointed = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    setChosen(
      nearest(
        moments.map((moment) => scales.x.of(Date.parse(moment))),
        event.clientX - left,
      ),
    );
  };
  if (!moments.length) return null;
  return (
    <figure className="chart">
      <div
        ref={box}
        className="chart-box"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={moments.length}
        aria-valuenow={here + 1}
        aria-valuetext={words(at)}
        onKeyDown={moved}
        onPointerDown={pointed}
        onPointerMove={(event) => event.pointerType === "mouse" && pointed(event)}
      >
        {width > 0 && (
          <svg className="chart-svg" viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true" focusable="false">
            <Norms
              lines={lines}
              x={scales.x}
              y={scales.y}
              {...bandOf(points, scales.x, width, span)}
              top={EDGE.top}
              bottom={HEIGHT - EDGE.bottom}
            />
            <Axes x={scales.x} y={scales.y} width={width} />
            <line
              className="chart-cursor"
              x1={scales.x.of(Date.parse(at))}
              x2={scales.x.of(Date.parse(at))}
              y1={EDGE.top}
              y2={HEIGHT - EDGE.bottom}
            />
            <Paths lines={lines} x={scales.x} y={scales.y} />
            <Marks lines={lines} x={scales.x} y={scales.y} chosen={at} />
          </svg>
        )}
      </div>
      <figcaption className="chart-words">
        <p className="chart-said">{words(at)}</p>
        <Legend lines={lines} />
        <p className="quiet no-print">{t("how")}</p>
      </figcaption>
    </figure>
  );
}

/** How far the norm is drawn: over the whole chart, but on a shared axis not into a time that has no values. */
function bandOf(points: readonly ChartPoint[], x: Scale, width: number, span: Span | undefined) {
  const places = points.map((point) => x.of(Date.parse(point.at)));
  const [from, to] = [EDGE.left, width - EDGE.right];
  return span ? { from: Math.max(from, Math.min(...places) - INSET), to: Math.min(to, Math.max(...places) + INSET) } : { from, to };
}

function scalesOf(points: readonly ChartPoint[], width: number, span: Span | undefined): { x: Scale; y: Scale } {
  const values = points
    .flatMap((point) => [point.value, point.low, point.high])
    .filter((one): one is number => typeof one === "number");
  return {
    x: timeScale(
      [...(span ?? []), ...points.map((point) => Date.parse(point.at))],
      EDGE.left + INSET,
      width - EDGE.right - INSET,
      DATE_ROOM,
    ),
    y: valueScale(values.length ? values : [0, 1], HEIGHT - EDGE.bottom, EDGE.top),
  };
}

function Axes({ x, y, width }: { x: Scale; y: Scale; width: number }) {
  const last = x.ticks.length - 1;
  return (
    <g className="chart-axes">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line className="chart-grid" x1={EDGE.left} x2={width - EDGE.right} y1={y.of(tick)} y2={y.of(tick)} />
          <text x={EDGE.left - 8} y={y.of(tick)} textAnchor="end" dominantBaseline="middle">
            {numberWords(String(tick))}
          </text>
        </g>
      ))}
      {x.ticks.map((tick, n) => (
        <text
          key={tick}
          x={x.of(tick)}
          y={HEIGHT - 10}
          textAnchor={last === 0 ? "middle" : n === 0 ? "start" : n === last ? "end" : "middle"}
        >
          {numericDay(new Date(tick).toISOString())}
        </text>
      ))}
    </g>
  );
}

/** What the shapes and lines mean, of those alone that are on the chart. */
function Legend({ lines }: { lines: readonly ChartLine[] }) {
  const points = lines.flatMap((line) => line.parts.flat());
  const shown = (["within", "above", "below"] as const).filter((one) => points.some((point) => point.standing === one));
  const hasNorm = points.some((point) => typeof point.low === "number" || typeof point.high === "number");
  return (
    <ul className="plain-list chart-legend">
      {lines.length > 1 &&
        lines.map((line, n) => (
          <li key={line.id}>
            <span className={`chart-key chart-key-${n}`} aria-hidden="true" /> {line.title}
          </li>
        ))}
      {hasNorm && (
        <li>
          <span className="chart-key chart-key-norm" aria-hidden="true" /> {t("norm")}
        </li>
      )}
      {shown.map((one) => (
        <li key={one}>
          <span className={`chart-shape chart-${one}`} aria-hidden="true">
            {SHAPES[one]}
          </span>
          {t(one)}
        </li>
      ))}
    </ul>
  );
}

const SHAPES = { within: "●", above: "▲", below: "▼" } as const;

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watching = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    watching.observe(element);
    return () => watching.disconnect();
  }, []);
  return [box, width] as const;
}

const t = dictionary({
  ru: {
    norm: "границы нормы",
    within: "в норме",
    above: "выше нормы",
    below: "ниже нормы",
    how: "Нажмите на график или листайте стрелками на клавиатуре, чтобы увидеть каждое значение.",
  },
  en: {
    norm: "normal range",
    within: "within the range",
    above: "above the range",
    below: "below the range",
    how: "Press the chart, or use the arrow keys, to see each value.",
  },
});
