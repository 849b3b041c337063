/** Words that several pages of appointments use. */
import { dictionary } from "../../../i18n";
import type { Appointment } from "./shapes";

export const t = dictionary({
  ru: {
    appointments: "Записи на приём",
    booked: "Вы записаны",
    arrived: "Вы пришли на приём",
    fulfilled: "Приём состоялся",
    cancelled: "Отменена",
    noshow: "Приём пропущен",
    displaced: "Время больше не подходит клинике: выберите другое",
    doctor: "Врач",
    when: "Когда",
    where: "Где",
    room: "Кабинет",
    roomOf: "кабинет {room}",
    reason: "Зачем вы идёте к врачу",
    reasonHint: "Например: болит спина третью неделю. Эти слова увидит только врач, если у него есть ваше согласие.",
    bookNew: "Записаться к врачу",
    waiting: "Лист ожидания",
    referral: "Направление",
    referralHint: "Направление – это документ, которым другой врач посылает вас к этому специалисту.",
    noReferral: "Без направления",
    needsReferral:
      "К этому врачу записывают по направлению. В вашей карте действующего направления нет. Попросите его у терапевта или позвоните в регистратуру.",
    connection: "Запись, перенос и отмена работают только при связи с интернетом.",
  },
  en: {
    appointments: "Appointments",
    booked: "You are booked",
    arrived: "You have arrived",
    fulfilled: "The visit took place",
    cancelled: "Cancelled",
    noshow: "The visit was missed",
    displaced: "The clinic cannot keep this time: choose another",
    doctor: "Doctor",
    when: "When",
    where: "Where",
    room: "Room",
    roomOf: "room {room}",
    reason: "Why you come",
    reasonHint:
      "For example: my back has hurt for three weeks. Only the doctor sees these words, and only with your consent.",
    bookNew: "Book a visit",
    waiting: "Waiting list",
    referral: "Referral",
    referralHint: "A referral is the document by which another doctor sends you to this specialist.",
    noReferral: "Without a referral",
    needsReferral:
      "This doctor is visited with a referral, and your card has none that is valid. Ask your general practitioner for one, or call the reception.",
    connection: "Booking, moving and cancelling need a connection to the internet.",
  },
});

const REASONS = dictionary({
  ru: {
    patient: "вы отменили запись сами",
    "asked-by-patient": "по вашей просьбе",
    "doctor-absent": "врача не будет",
    "schedule-changed": "изменилось расписание",
    equipment: "неисправно оборудование",
    unanswered: "клиника не дождалась ответа, подходит ли другое время",
    other: "другая причина",
  },
  en: {
    patient: "you cancelled it yourself",
    "asked-by-patient": "at your request",
    "doctor-absent": "the doctor will be away",
    "schedule-changed": "the schedule changed",
    equipment: "the equipment is out of order",
    unanswered: "the clinic got no answer about another time",
    other: "another reason",
  },
});
const KNOWN = ["patient", "asked-by-patient", "doctor-absent", "schedule-changed", "equipment", "unanswered"] as const;

/** Why a visit was cancelled, in words. */
export const whyWords = ({ why }: Appointment): string => {
  if (!why) return "";
  return REASONS(KNOWN.find((known) => known === why) ?? "other");
};
