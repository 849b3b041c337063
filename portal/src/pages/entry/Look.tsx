import { useState } from "react";
import { currentLook, keepLook, SCHEMES, TEXT_SIZES, type Look as Chosen } from "../../app/look";
import { dictionary } from "../../i18n";
import { Card, Page, Radios } from "../../ui";

/** Light or dark, and how large the text is; seen at once and kept for this device. */
export default function Look() {
  const [look, setLook] = useState(currentLook);
  const choose = (part: Partial<Chosen>) => {
    const chosen = { ...look, ...part };
    keepLook(chosen);
    setLook(chosen);
  };
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      <Card>
        <Radios
          name="scheme"
          label={t("scheme")}
          value={look.scheme}
          onChange={(scheme) => choose({ scheme: scheme as Chosen["scheme"] })}
          choices={SCHEMES.map((value) => ({ value, label: t(value) }))}
        />
      </Card>
      <Card>
        <Radios
          name="text"
          label={t("text")}
          hint={t("textHint")}
          value={look.text}
          onChange={(text) => choose({ text: text as Chosen["text"] })}
          choices={TEXT_SIZES.map((value) => ({ value, label: t(value) }))}
        />
      </Card>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Цвета и размер букв",
    lead: "Выбор действует сразу и запоминается на этом устройстве.",
    scheme: "Цвета",
    system: "Как на устройстве",
    light: "Светлые",
    dark: "Тёмные",
    text: "Размер букв",
    textHint: "Увеличить страницу можно и в самом браузере: клавиши Ctrl и «плюс».",
    "100": "Обычный",
    "125": "Крупный",
    "150": "Очень крупный",
  },
  en: {
    title: "Colours and text size",
    lead: "Your choice works at once and is kept on this device.",
    scheme: "Colours",
    system: "As on the device",
    light: "Light",
    dark: "Dark",
    text: "Text size",
    textHint: "The browser enlarges pages too: press Ctrl and “plus”.",
    "100": "Usual",
    "125": "Large",
    "150": "Very large",
  },
});
