import { dictionary } from "../../../i18n";
import type { Channel, Topic } from "./shapes";

export const topicName = dictionary<Topic>({
  ru: {
    visits: "Записи на приём",
    reminders: "Напоминания",
    intake: "Приём лекарств",
    messages: "Сообщения от врача",
    security: "Безопасность",
    news: "Новое в карте",
  },
  en: {
    visits: "Appointments",
    reminders: "Reminders",
    intake: "Taking medicines",
    messages: "Messages from doctors",
    security: "Security",
    news: "News in the card",
  },
});

export const channelName = dictionary<Channel>({
  ru: { sms: "СМС на телефон", email: "Письмо на почту" },
  en: { sms: "SMS", email: "E-mail" },
});

export const t = dictionary({
  ru: { notices: "Уведомления" },
  en: { notices: "Notices" },
});
