// An application asks for access: <origin>/a.html#<request>. The patient signs in here when no session of the portal is
// there, reads what is asked, and answers; the browser then goes on to the application with the answer.
// The session is the portal's cookie: no token is ever in the hands of this script.

import { clear, element, language, setLanguage, text } from "./journal-parts.js";

const MARK = { "X-Requested-By": "portal" };
const WORDS = {
  unknown: ["Приложение обратилось неправильно, ответа ему не будет.", "The application asked in a wrong way; it gets no answer."],
  gone: ["Этого запроса нет: он устарел или на него уже ответили. Начните в приложении заново.", "There is no such request: it is too old or was answered. Begin again in the application."],
  sent: ["Код отправлен по SMS.", "A code was sent by SMS."],
  wrong: ["Неверные данные для входа или код.", "The credentials or the code are not right."],
  late: ["Слишком много попыток, попробуйте позже.", "Too many attempts; try again later."],
  role: ["Отвечает сам пациент: войдите в свою учётную запись.", "The patient answers: sign in to your own account."],
  level: ["Сначала подтвердите личность в Медкарте.", "Confirm your identity in Medkarta first."],
  choose: ["Оставьте хотя бы одно, что приложение может читать.", "Leave at least one thing that it may read."],
  other: ["Не получилось. Попробуйте ещё раз.", "It did not work. Try again."],
  none: ["", ""],
};
const CODES = {
  "not-found": "gone", "credentials-invalid": "wrong", "locked-out": "late", "too-many-requests": "late",
  "access-denied": "role", "assurance-level": "level", "invalid-fields": "choose",
};

const at = (id) => document.getElementById(id);
const request = location.hash.slice(1);
const base = `/api/v1/app-requests/${encodeURIComponent(request)}`;
const FORMS = ["sign-in", "code-form", "answer"];

let asked = null;
let boxes = [];
let afterCode = null; // what the code of an SMS is for
let said = "none";

const say = (word) => {
  said = word;
  at("state").textContent = text(WORDS[word]);
};
const only = (id) => FORMS.forEach((form) => { at(form).hidden = form !== id; });

async function call(method, path, body) {
  const headers = { ...MARK, "Accept-Language": language() };
  if (body) headers["Content-Type"] = "application/json";
  const options = { method, headers, cache: "no-store", credentials: "same-origin", body: body && JSON.stringify(body) };
  const answer = await fetch(path, options);
  const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status, code: told.code });
  return told;
}

const guarded = (work) => async (event) => {
  event?.preventDefault();
  try {
    await work(event);
  } catch (error) {
    if (error.code === "step-up-required") return stepUp();
    if (error.status === 401 && error.code !== "credentials-invalid") {
      only("sign-in");
      return say("none");
    }
    say(CODES[error.code] ?? "other");
    if (["gone", "role", "level"].includes(said)) only("");
  }
};

async function load() {
  asked = await call("GET", base);
  at("name").textContent = asked.application;
  at("terms").href = asked.terms;
  clear(at("reads"));
  boxes = asked.reads.map((one) => {
    const box = Object.assign(element("input", { type: "checkbox" }), { value: one.type, checked: true });
    at("reads").append(element("label", {}, box, ` ${one.text}`));
    return box;
  });
  at("period").hidden = !asked.most_days;
  at("hour").hidden = Boolean(asked.most_days);
  only("answer");
  say("none");
}

async function signIn() {
  const body = { login: at("login").value, password: at("password").value };
  const { challenge_id: challenge } = await call("POST", "/api/v1/sessions", body);
  at("password").value = "";
  await call("POST", `/api/v1/sessions/${challenge}/sms`);
  afterCode = async (code) => {
    await call("POST", `/api/v1/sessions/${challenge}/factor`, { factor: "sms", code, role: "patient" });
    await load();
  };
  askForCode();
}

function askForCode() {
  only("code-form");
  at("code").value = "";
  at("code").focus();
  say("sent");
}

const stepUp = guarded(async () => {
  await call("POST", "/api/v1/me/step-up/sms");
  afterCode = async (code) => {
    await call("POST", "/api/v1/me/step-up", { factor: "sms", code });
    only("answer");
    say("none");
  };
  askForCode();
});

async function answer(allow) {
  const body = { allow };
  if (allow) {
    body.types = boxes.filter((box) => box.checked).map((box) => box.value);
    if (!body.types.length) return say("choose");
    if (body.types.length === asked.reads.length) delete body.types;
    if (asked.most_days) body.days = Number(at("days").value);
  }
  const { redirect } = await call("POST", `${base}/answer`, body);
  location.replace(redirect);
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", guarded(async () => {
    setLanguage(button.dataset.language);
    say(said);
    if (asked && !at("answer").hidden) await load();
  }));
}
at("sign-in").addEventListener("submit", guarded(signIn));
at("code-form").addEventListener("submit", guarded(() => afterCode(at("code").value)));
at("answer").addEventListener("submit", guarded(() => answer(true)));
at("refuse").addEventListener("click", guarded(() => answer(false)));

if (!request || request === "unknown") {
  say("unknown");
} else {
  guarded(load)();
}
