/** Records of any kind: reading, showing, entering. Everything follows from the schema of the kind. */
export { afterWriting, ask, etagOf, kindOf, recordPath, suggest, useHistory, useKinds, useRecord, useRecords } from "./access";
export type { CardRecord, Kind, Suggestion, Version } from "./access";
export { CodeSearch } from "./CodeSearch";
export { Files } from "./Files";
export { RecordForm } from "./form/RecordForm";
export { Marks } from "./Marks";
export { Flag, Measured } from "./Measured";
export { RecordItem } from "./RecordItem";
export { RecordView, Zoomable } from "./RecordView";
export type { RecordLink } from "./RecordView";
export { brief, isBlank, moment, plain, written } from "./schema";
export { recordAddress, recordMoment, recordMore, recordTitle } from "./titles";
export { Versions } from "./Versions";
