import { useMemo } from "react";
import { encode } from "uqr";
import "./qr.css";

type Props = {
  /** A signed, opaque code or address; never a text about a person. */
  text: string;
  /** What the code is for, read aloud in its place. */
  label: string;
  /** How much of it may be damaged; a long text needs "L". */
  level?: "L" | "M";
};

/** A QR code, dark on light in every scheme: scanners need it so. Four light modules around it (ISO/IEC 18004). */
export function Qr({ text, label, level = "M" }: Props) {
  const { size, path } = useMemo(() => {
    const { data, size: side } = encode(text, { ecc: level, border: 4 });
    const dark = data.flatMap((line, y) => line.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: side, path: dark.join("") };
  }, [text, level]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
