import "./icon.css";

/** Drawn for the portal on a grid of 24, in one stroke. */
const PATHS = {
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  visit: "M9 4v3a3 3 0 006 0V4M12 13v3a4 4 0 008 0v-2M20 14a1.5 1.5 0 100-3 1.5 1.5 0 000 3M12 13a5 5 0 01-5-5V4",
  result: "M9 3h6M10 3v6l-5 9a2 2 0 002 3h10a2 2 0 002-3l-5-9V3M8 15h8",
  vital: "M3 12h4l2-6 4 12 2-6h6",
  vaccine: "M17 3l4 4M19 5l-3 3M8 8l8 8M6 10l8-8 8 8M10 6l-6 6v5h5l6-6M3 21l3-3",
  prescription: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h5",
  pill: "M10.5 20.5a5 5 0 01-7-7l10-10a5 5 0 017 7zM8.5 8.5l7 7",
  condition: "M12 20S4 15 4 9a4 4 0 018-1 4 4 0 018 1c0 6-8 11-8 11z",
  document: "M5 4h7l2 3h5v13H5zM5 10h14",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  bell: "M6 17V11a6 6 0 0112 0v6l2 1H4zM10 21h4",
  share: "M8 12h8M13 7l5 5-5 5M4 5v14",
  consent: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 100-6 3 3 0 000 6",
  family: "M9 10a3 3 0 100-6 3 3 0 000 6M3 20v-2a6 6 0 0112 0v2M17 12a2.5 2.5 0 100-5M18 15a4 4 0 013 4v1",
  key: "M15 9a4 4 0 10-4 4l1 0 2 2 2 0 0 2 2 0 0 2 3 0v-3l-6-6z",
  help: "M12 21a9 9 0 100-18 9 9 0 000 18M9.5 9.5a2.5 2.5 0 113.5 2.3c-.7.4-1 1-1 1.7M12 17v.01",
  search: "M11 18a7 7 0 100-14 7 7 0 000 14M16 16l5 5",
  people: "M8 11a3 3 0 100-6 3 3 0 000 6M2 20a6 6 0 0112 0M16 11a3 3 0 100-6M16 14a6 6 0 016 6",
  building: "M4 21V4h10v17M14 9h6v12M8 8h2M8 12h2M8 16h2M3 21h18",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.01",
  upload: "M12 15V4M8 8l4-4 4 4M4 15v5h16v-5",
  swap: "M4 8h13l-3-3M20 16H7l3 3",
  gear: "M12 15a3 3 0 100-6 3 3 0 000 6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
} as const;

export type IconName = keyof typeof PATHS;

/** Beside words only: it is not read aloud. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
