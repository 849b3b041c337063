/** The pages of a paper as they were read, with the place of one value marked. */
import { useEffect, useRef, useState } from "react";
import { file } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { Loading, ProblemBox } from "../../../ui";
import type { FoundField, ReadPage } from "./shapes";
import { t } from "./words";
import "./recognition.css";

type Props = { path: string; pages: readonly ReadPage[]; marked: FoundField | null };

export function Sheets({ path, pages, marked }: Props) {
  return (
    <div className="sheets" role="region" aria-label={t("paper")} tabIndex={0}>
      {pages.map((page) => (
        <Sheet key={page.number} path={`${path}/page?number=${page.number}`} page={page} marked={marked?.page === page.number ? marked : null} />
      ))}
    </div>
  );
}

function Sheet({ path, page, marked }: { path: string; page: ReadPage; marked: FoundField | null }) {
  const { source, problem, again } = usePicture(path);
  const place = useRef<SVGRectElement>(null);
  useEffect(() => {
    if (marked && place.current) bringIntoSight(place.current);
  }, [marked]);
  const said = [...page.marks.map((mark) => t(`mark-${mark}`)), ...(page.blank ? [t("blankPage")] : [])];
  return (
    <figure className="sheet">
      {problem && <ProblemBox problem={problem} retry={again} />}
      {!problem && !source && <Loading lines={6} />}
      {source && (
        <div className="sheet-picture">
          <img src={source} alt={t("pagePicture", { n: page.number })} width={page.width} height={page.height} />
          <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {marked && <rect ref={place} className="sheet-mark" {...around(marked)} />}
          </svg>
        </div>
      )}
      <figcaption className="quiet">{[t("onPage", { n: page.number }), ...said].join(" · ")}</figcaption>
    </figure>
  );
}

/** Moves the paper within its frame, and the page not at all: who types stays where they are. */
function bringIntoSight(mark: Element): void {
  const frame = mark.closest(".sheets");
  if (!frame) return;
  const seen = frame.getBoundingClientRect();
  const { top, left, height } = mark.getBoundingClientRect();
  frame.scrollTop += top + height / 2 - seen.top - seen.height / 2;
  frame.scrollLeft += left - seen.left - seen.width / 8;
}

const EDGE = 0.006; // of the page, around what is marked

const around = ({ box: [left, top, width, height] }: FoundField) => ({ x: left - EDGE, y: top - EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE });

/** A picture of the API, in memory only. */
function usePicture(path: string) {
  const [source, setSource] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let current = true;
    let made = "";
    setProblem(null);
    file(path, "image/jpeg").then(
      ({ blob }) => {
        if (current) setSource((made = URL.createObjectURL(blob)));
      },
      (thrown: unknown) => current && setProblem(asProblem(thrown)),
    );
    return () => {
      current = false;
      URL.revokeObjectURL(made);
    };
  }, [path, tries]);
  return { source, problem, again: () => setTries((before) => before + 1) };
}
