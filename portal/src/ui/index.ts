/** The portal's own components, on native HTML. Heavy ones (calendar, code search) are in lazy/, loaded where needed. */
export { Button, ButtonLink } from "./Button";
export { Confirm, Dialog } from "./Dialog";
export { Download } from "./Download";
export { Checkbox, Checkboxes, DateField, Field, FileField, Radios, Select, TextArea, TextField } from "./Field";
export type { Choice, FieldProps } from "./Field";
export { Form, useForm } from "./form";
export type { FormState } from "./form";
export type { SendKey } from "./sendKey";
export { Empty, List, Loading, Shown, Table } from "./List";
export type { Column } from "./List";
export { Notice, ProblemBox } from "./Notice";
export { Card, Facts, More, Page, Section, Tag } from "./Page";
export { say } from "./status";
export { Tabs } from "./Tabs";
export type { Tab } from "./Tabs";
export { commonWords } from "./words";
