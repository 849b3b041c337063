/** Clocks of Russia by what people call them; another zone that was chosen before is kept beside them. */
import { dictionary } from "../../../i18n";
import type { Choice } from "../../../ui";

const ZONES = {
  "Europe/Kaliningrad": "kaliningrad",
  "Europe/Moscow": "moscow",
  "Europe/Samara": "samara",
  "Asia/Yekaterinburg": "yekaterinburg",
  "Asia/Omsk": "omsk",
  "Asia/Krasnoyarsk": "krasnoyarsk",
  "Asia/Irkutsk": "irkutsk",
  "Asia/Yakutsk": "yakutsk",
  "Asia/Vladivostok": "vladivostok",
  "Asia/Magadan": "magadan",
  "Asia/Kamchatka": "kamchatka",
} as const;

export const RUSSIAN_ZONES: readonly string[] = Object.keys(ZONES);

export const zoneChoices = (): Choice[] => Object.entries(ZONES).map(([value, name]) => ({ value, label: t(name) }));

const t = dictionary<(typeof ZONES)[keyof typeof ZONES]>({
  ru: {
    kaliningrad: "Калининград (на час меньше московского)",
    moscow: "Москва",
    samara: "Самара (Москва + 1 час)",
    yekaterinburg: "Екатеринбург (Москва + 2 часа)",
    omsk: "Омск (Москва + 3 часа)",
    krasnoyarsk: "Красноярск (Москва + 4 часа)",
    irkutsk: "Иркутск (Москва + 5 часов)",
    yakutsk: "Якутск (Москва + 6 часов)",
    vladivostok: "Владивосток (Москва + 7 часов)",
    magadan: "Магадан (Москва + 8 часов)",
    kamchatka: "Камчатка (Москва + 9 часов)",
  },
  en: {
    kaliningrad: "Kaliningrad (Moscow − 1 hour)",
    moscow: "Moscow",
    samara: "Samara (Moscow + 1 hour)",
    yekaterinburg: "Yekaterinburg (Moscow + 2 hours)",
    omsk: "Omsk (Moscow + 3 hours)",
    krasnoyarsk: "Krasnoyarsk (Moscow + 4 hours)",
    irkutsk: "Irkutsk (Moscow + 5 hours)",
    yakutsk: "Yakutsk (Moscow + 6 hours)",
    vladivostok: "Vladivostok (Moscow + 7 hours)",
    magadan: "Magadan (Moscow + 8 hours)",
    kamchatka: "Kamchatka (Moscow + 9 hours)",
  },
});
