import { dictionary } from "../../../i18n";
import type { CardRecord } from "./shapes";

export type StudyRecord = CardRecord<{
  occurred_at: string;
  centre: string;
  modality: string;
  region: string;
  doctor_name: string;
  description: string | null;
  conclusion: string;
  contrast: string | null;
  dose: string | null;
  attachments: { upload_id: string; title: string }[];
}>;

const MODALITIES = ["US", "DX", "CT", "MR", "MG", "ES", "ECG", "NM", "PT"] as const;
type Modality = (typeof MODALITIES)[number];

/** In words, for codes of DICOM say nothing to people. */
export const modality = (code: string): string =>
  t((MODALITIES as readonly string[]).includes(code) ? (code as Modality) : "OT");

const t = dictionary({
  ru: {
    US: "УЗИ",
    DX: "Рентген",
    CT: "Компьютерная томография",
    MR: "Магнитно-резонансная томография",
    MG: "Маммография",
    ES: "Эндоскопия",
    ECG: "Электрокардиограмма",
    NM: "Радионуклидное исследование",
    PT: "Позитронная томография",
    OT: "Исследование",
  },
  en: {
    US: "Ultrasound",
    DX: "X-ray",
    CT: "Computed tomography",
    MR: "Magnetic resonance imaging",
    MG: "Mammography",
    ES: "Endoscopy",
    ECG: "Electrocardiogram",
    NM: "Nuclear medicine study",
    PT: "Positron emission tomography",
    OT: "Study",
  },
});
