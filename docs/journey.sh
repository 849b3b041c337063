#!/usr/bin/env bash
# The whole story against a running system (make run): a person registers, signs in with two factors, opens a card;
# a doctor asks and gets consent, writes a protocol, a result and a prescription; PDF and QR appear by themselves;
# a pharmacy verifies and dispenses; she reads who looked at her card and checks the list off-line. Uses curl and jq (and
# openssl, to sign as the pharmacy; the project's Python, for the verifier).
#   docs/journey.sh [http://localhost:8000]        POLICY, PYTHON and BUNDLE may be set: see the last steps
set -euo pipefail

BASE=${1:-http://localhost:8000}
ROOT=$(cd "$(dirname "$0")/.." && pwd)
POLICY=${POLICY:-$ROOT/.local/audit/policy.json} # the verifier's policy; a patient has it on paper or from a newspaper
PYTHON=${PYTHON:-$ROOT/.venv/bin/python}
API=$BASE/api/v1
PASSWORD='Demo-Card-2026'
ADMIN=+79160000001 DOCTOR=+79160000002 REGISTRAR=+79160000005 # people of the demo hospital
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

step() { printf '\n== %s\n' "$*"; }
show() { jq -c "${1:-.}" <<<"$ANSWER"; }
key() { head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# call <expected status> <method> <path> [body] [curl options …]: the answer goes to $ANSWER, its headers to $WORK/headers
call() {
  local expected=$1 method=$2 path=$3 body=${4-}
  shift 3
  [ $# -gt 0 ] && shift
  local options=(-sS -o "$WORK/body" -D "$WORK/headers" -w '%{http_code}' -X "$method" "$@")
  [ -n "$body" ] && options+=(-H 'Content-Type: application/json' -d "$body")
  local status
  status=$(curl "${options[@]}" "$API$path")
  ANSWER=$(cat "$WORK/body")
  if [ "$status" != "$expected" ]; then
    echo "$method $path: expected $expected, got $status: $ANSWER" >&2
    exit 1
  fi
}
as() { printf 'Authorization: Bearer %s' "$1"; }
etag() { sed -n 's/^[Ee][Tt]ag: *\(.*\)\r$/\1/p' "$WORK/headers"; }
# newest <address> <how many digits>: the newest code that the local outbox holds for a phone or an e-mail address
newest() {
  local code='' try
  for try in $(seq 50); do
    code=$(curl -sS "$BASE/_local/outbox.json" |
      jq -r --arg to "$1" '[.messages[] | select(.to == $to and (.text | test("[0-9]{6}")))][0].text // ""' |
      grep -oE '[0-9]{6}' | head -n 1 || true)
    [ -n "$code" ] && [ "$code" != "${USED[$1]:-}" ] && break
    sleep 0.2
  done
  USED[$1]=$code
  CODE=$code
}
declare -A USED=()
# wait_for <jq condition> <path> <header>: asks until the background work has been done
wait_for() {
  local try
  for try in $(seq 100); do
    ANSWER=$(curl -sS -H "$3" "$API$2")
    jq -e "$1" <<<"$ANSWER" >/dev/null 2>&1 && return
    sleep 0.2
  done
  echo "waited in vain for $1 at $2: $ANSWER" >&2
  exit 1
}
# sign_in <login> <role>: password, then the SMS code; the access token goes to $TOKEN
sign_in() {
  call 200 POST /sessions "$(jq -n --arg l "$1" --arg p "$PASSWORD" '{login: $l, password: $p}')"
  local challenge
  challenge=$(jq -r .challenge_id <<<"$ANSWER")
  call 202 POST "/sessions/$challenge/sms"
  newest "$1"
  call 200 POST "/sessions/$challenge/factor" "$(jq -n --arg c "$CODE" --arg r "$2" '{factor: "sms", code: $c, role: $r}')"
  TOKEN=$(jq -r .access_token <<<"$ANSWER")
}
random_snils() {
  local digits sum i
  digits=$(printf '%03d%06d' $((RANDOM % 900 + 100)) $((RANDOM * 30 + RANDOM % 30)))
  sum=0
  for i in 0 1 2 3 4 5 6 7 8; do sum=$((sum + ${digits:i:1} * (9 - i))); done
  printf '%s%02d' "$digits" $((sum % 101 % 100))
}
random_policy() {
  local digits sum=0 i d
  digits=$(printf '7800%05d%06d' $((RANDOM % 90000 + 10000)) $((RANDOM * 30 + RANDOM % 30)))
  for i in 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0; do
    d=${digits:i:1}
    if [ $(((14 - i) % 2)) = 0 ]; then d=$((d * 2)); d=$((d > 9 ? d - 9 : d)); fi
    sum=$((sum + d))
  done
  printf '%s%d' "$digits" $(((10 - sum % 10) % 10))
}

# upload: a scan of sixteen by sixteen grey dots, checked when this returns; its id goes to $UPLOAD
upload() {
  base64 -d >"$WORK/scan.jpg" <<<"$SCAN"
  call 201 POST /me/uploads '' -H "$(as "$1")" -H 'Content-Type: image/jpeg' --data-binary "@$WORK/scan.jpg"
  UPLOAD=$(jq -r .upload_id <<<"$ANSWER")
  wait_for '[.items[].state] | all(. == "clean")' /me/uploads "$(as "$1")"
}
SCAN=/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H///
SCAN+=/6/+b9//j/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AKgD/9k=

curl -sS -o /dev/null -X POST "$BASE/_local/limits" # stories sign the same demo people in again and again

SNILS=$(random_snils)
PASSPORT=$(printf '%06d' $((RANDOM * 30 + RANDOM % 30)))
PHONE=+7926$(printf '%07d' $((RANDOM * 300 + RANDOM % 300)))
EMAIL=journey$(date +%s%N)@example.org

step "1. A person registers: the form, then the codes from phone and e-mail"
call 202 POST /registrations "$(jq -n --arg snils "$SNILS" --arg phone "$PHONE" --arg email "$EMAIL" --arg password "$PASSWORD" \
  --arg passport "$PASSPORT" '{
  last_name: "Журавлёва", first_name: "Ксения", middle_name: "Аркадьевна", birth_date: "1987-04-12", sex: "female",
  snils: $snils, passport_series: "4510", passport_number: $passport, phone: $phone, email: $email,
  password: $password, language: "ru"}')"
REGISTRATION=$(jq -r .registration_id <<<"$ANSWER")
newest "$PHONE" && PHONE_CODE=$CODE
newest "$EMAIL" && EMAIL_CODE=$CODE
call 201 POST "/registrations/$REGISTRATION/confirm" \
  "$(jq -n --arg p "$PHONE_CODE" --arg e "$EMAIL_CODE" '{phone_code: $p, email_code: $e}')"
show

step "2. She signs in with password and SMS code"
sign_in "$PHONE" patient
PATIENT_TOKEN=$TOKEN
call 200 GET /me '' -H "$(as "$PATIENT_TOKEN")"
PATIENT=$(jq -r .person_id <<<"$ANSWER")
show '{person_id, level}'

step "3. Without a confirmed identity the card is closed; she applies for it with scans and her consent"
call 403 GET "/patients/$PATIENT/overview" '' -H "$(as "$PATIENT_TOKEN")"
show '{code, status}'
upload "$PATIENT_TOKEN" && POLICY_SCAN=$UPLOAD
upload "$PATIENT_TOKEN" && IDENTITY_SCAN=$UPLOAD
call 200 GET /texts/card-consent
call 201 POST /me/card-application "$(jq --arg oms "$(random_policy)" --arg phone "$PHONE" --arg policy "$POLICY_SCAN" \
  --arg identity "$IDENTITY_SCAN" --arg passport "$PASSPORT" '{last_name: "Журавлёва", first_name: "Ксения", middle_name: "Аркадьевна",
  passport_series: "4510", passport_number: $passport, phone: $phone, oms_policy: $oms,
  documents: {policy: [$policy], identity: [$identity]}, consent_text_version: .version,
  consent_text_sha256: .texts[0].sha256, consent_given: true}' <<<"$ANSWER")" -H "$(as "$PATIENT_TOKEN")"
APPLICATION=$(jq -r .application_id <<<"$ANSWER")

step "4. The registrar looks at the scans, compares and completes the application"
sign_in "$REGISTRAR" registrar
call 200 GET "/applications/$PATIENT/$APPLICATION" '' -H "$(as "$TOKEN")"
show '{state, differs, documents}'
curl -sS -o "$WORK/seen.jpg" -H "$(as "$TOKEN")" -H 'Accept: image/jpeg' \
  "$API/applications/$PATIENT/$APPLICATION/uploads/$IDENTITY_SCAN"
cmp "$WORK/scan.jpg" "$WORK/seen.jpg"
call 200 GET "/applications/$PATIENT/$APPLICATION" '' -H "$(as "$TOKEN")"
call 200 POST "/applications/$PATIENT/$APPLICATION/decision" '{"approve": true}' -H "$(as "$TOKEN")" -H "If-Match: $(etag)"
show

step "5. A doctor looks her up by SNILS; the first access raises a consent request and stays closed"
sign_in "$DOCTOR" doctor
DOCTOR_TOKEN=$TOKEN
call 200 POST /patients/look-up "$(jq -n --arg s "$SNILS" '{snils: $s}')" -H "$(as "$DOCTOR_TOKEN")"
call 403 GET "/patients/$PATIENT/examination-protocols" '' -H "$(as "$DOCTOR_TOKEN")"
show '{code, status}'

step "6. She sees who asks, and grants"
wait_for '.items[0].who.name' /me/consents "$(as "$PATIENT_TOKEN")"
show '.items[0] | {state, who, purpose}'
MEMBER=$(jq -r '.items[0].member' <<<"$ANSWER")
VERSION=$(jq -r '.items[0].version' <<<"$ANSWER")
call 200 PUT "/me/consents/$MEMBER" '{"state": "granted", "level": "full"}' -H "$(as "$PATIENT_TOKEN")" -H "If-Match: W/\"$VERSION\""
show '{state, level, valid_until}'

step "7. The doctor writes an examination protocol (once, however often it is sent)"
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
KEY=$(key)
PROTOCOL=$(jq -n --arg at "$NOW" '{occurred_at: $at, doctor_name: "Петров Пётр Петрович", examination: "Первичный приём терапевта",
  complaints: "Кашель, температура 38,2", conclusion: "Острый бронхит", follow_up_plan: "Повторный приём через 7 дней",
  diagnoses: [{code: "J20.9", text: "Острый бронхит неуточнённый"}]}')
call 201 POST "/patients/$PATIENT/examination-protocols" "$PROTOCOL" -H "$(as "$DOCTOR_TOKEN")" -H "Idempotency-Key: $KEY"
RECORD=$(jq -r .id <<<"$ANSWER")
call 201 POST "/patients/$PATIENT/examination-protocols" "$PROTOCOL" -H "$(as "$DOCTOR_TOKEN")" -H "Idempotency-Key: $KEY"
[ "$(jq -r .id <<<"$ANSWER")" = "$RECORD" ]
show '{id, kind, version}'

step "8. … without a mandatory field it is refused, and the field is named"
call 422 POST "/patients/$PATIENT/examination-protocols" "$(jq 'del(.conclusion)' <<<"$PROTOCOL")" \
  -H "$(as "$DOCTOR_TOKEN")" -H "Idempotency-Key: $(key)"
show '{code, fields}'

step "9. … and amends it; the earlier version stays"
call 200 PUT "/patients/$PATIENT/examination-protocols/$RECORD" "$(jq '.findings = "Хрипы справа"' <<<"$PROTOCOL")" \
  -H "$(as "$DOCTOR_TOKEN")" -H 'If-Match: W/"1"'
call 200 GET "/patients/$PATIENT/examination-protocols/$RECORD/history" '' -H "$(as "$DOCTOR_TOKEN")"
show '[.items[] | {version, changed}]'

step "10. A laboratory result, with values read against their ranges"
call 201 POST "/patients/$PATIENT/laboratory-results" "$(jq -n --arg at "$NOW" '{occurred_at: $at, laboratory: "КДЛ № 1", category: "blood",
  panel: "Общий анализ крови", values: [
    {name: "Гемоглобин", loinc: "718-7", value: "118", unit: "g/L", low: "120", high: "160"},
    {name: "Лейкоциты", loinc: "6690-2", value: "12.4", unit: "10*9/L", low: "4.0", high: "9.0"}]}')" \
  -H "$(as "$DOCTOR_TOKEN")" -H "Idempotency-Key: $(key)"
show '[.body.values[] | {name, value, interpretation}]'

step "11. A prescription, signed by the doctor"
call 201 POST "/patients/$PATIENT/prescriptions" "$(jq -n --arg at "$NOW" '{occurred_at: $at, doctor_name: "Петров Пётр Петрович",
  form: "107-1/у", validity: "60d", drugs: [{inn: "Амоксициллин", atc: "J01CA04", form: "таблетки",
  strength: "500 мг", dosage: "по 1 таблетке 3 раза в день 7 дней", packs: 3}]}')" -H "$(as "$DOCTOR_TOKEN")" -H "Idempotency-Key: $(key)"
PRESCRIPTION=$(jq -r .id <<<"$ANSWER")
show '{id, status}'

step "12. PDF with QR appears by itself; the inbox says so"
wait_for '[.items[].event] | contains(["consent_requested", "new_record"])' /me/notices "$(as "$PATIENT_TOKEN")"
show '[.items[] | {event, title}]'
for try in $(seq 100); do
  status=$(curl -sS -o "$WORK/prescription.pdf" -w '%{http_code}' -H "$(as "$PATIENT_TOKEN")" -H 'Accept: application/pdf' \
    "$API/patients/$PATIENT/prescriptions/$PRESCRIPTION/document")
  [ "$status" = 200 ] && break
  sleep 0.2
done
[ "$(head -c 5 "$WORK/prescription.pdf")" = '%PDF-' ]
echo "prescription.pdf: $(wc -c <"$WORK/prescription.pdf") bytes"
call 200 GET "/patients/$PATIENT/prescriptions/$PRESCRIPTION" '' -H "$(as "$PATIENT_TOKEN")"
QR=$(jq -r .body.qr <<<"$ANSWER")
echo "QR: $QR"

step "13. The administrator registers a pharmacy; it signs in with a signed assertion"
sign_in "$ADMIN" administrator
openssl genrsa -out "$WORK/pharmacy.pem" 2048 2>/dev/null
MODULUS=$(openssl rsa -in "$WORK/pharmacy.pem" -noout -modulus | sed 's/.*=//' | xxd -r -p 2>/dev/null | b64url || true)
[ -n "$MODULUS" ] || MODULUS=$(openssl rsa -in "$WORK/pharmacy.pem" -noout -modulus | sed 's/.*=//' | sed 's/../\\x&/g' | xargs -0 printf '%b' | b64url)
call 201 POST /organisations "$(jq -n --arg o "1.2.643.5.1.13.13.12.2.77.$RANDOM$RANDOM" '{name: "Аптека «Ромашка»", oid: $o}')" -H "$(as "$TOKEN")"
ORGANISATION=$(jq -r .organisation_id <<<"$ANSWER")
call 201 POST /partners "$(jq -n --arg n "$MODULUS" --arg o "$ORGANISATION" '{name: "Аптека «Ромашка»", role: "pharmacy", organisation_id: $o,
  scopes: ["prescription.verify", "prescription.dispense"],
  jwks: {keys: [{kty: "RSA", use: "sig", alg: "RS256", kid: "k1", n: $n, e: "AQAB"}]}}')" -H "$(as "$TOKEN")"
CLIENT=$(jq -r .client_id <<<"$ANSWER")
SIGNED=$(printf '{"alg":"RS256","typ":"JWT","kid":"k1"}' | b64url).$(jq -jn --arg c "$CLIENT" --arg a "$API/oauth/token" --arg j "$(key)" \
  --argjson now "$(date +%s)" '{iss: $c, sub: $c, aud: $a, jti: $j, iat: $now, exp: ($now + 120)}' | b64url)
ASSERTION=$SIGNED.$(printf '%s' "$SIGNED" | openssl dgst -sha256 -sign "$WORK/pharmacy.pem" -binary | b64url)
ANSWER=$(curl -sS "$API/oauth/token" --data-urlencode grant_type=client_credentials \
  --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
  --data-urlencode "client_assertion=$ASSERTION")
PHARMACY_TOKEN=$(jq -er .access_token <<<"$ANSWER")
show '{token_type, expires_in, scope}'

step "14. The pharmacy verifies the code and dispenses in parts, each exactly once"
BODY=$(jq -n --arg c "$QR" '{code: $c}')
call 200 POST /prescriptions/verify "$BODY" -H "$(as "$PHARMACY_TOKEN")"
show '{state, valid, signature, drugs}'
TAG=$(etag)
GIVE=$(jq '. + {drugs: [{line: 1, packs: 1}], pharmacist: {name: "Сидорова Мария"}}' <<<"$BODY")
KEY=$(key)
call 200 POST /prescriptions/dispense "$GIVE" -H "$(as "$PHARMACY_TOKEN")" -H "If-Match: $TAG" -H "Idempotency-Key: $KEY"
show
call 200 POST /prescriptions/dispense "$GIVE" -H "$(as "$PHARMACY_TOKEN")" -H "If-Match: $TAG" -H "Idempotency-Key: $KEY"
echo "the same request again: $(show '.remaining[0]') left"
call 409 POST /prescriptions/dispense "$GIVE" -H "$(as "$PHARMACY_TOKEN")" -H "If-Match: $TAG" -H "Idempotency-Key: $(key)"
show '{code, remaining, version}'

step "15. The doctor revokes it: the code stops working at once"
call 200 POST "/patients/$PATIENT/prescriptions/$PRESCRIPTION/revocation" '{"reason": "no-longer-needed"}' \
  -H "$(as "$DOCTOR_TOKEN")" -H 'If-Match: W/"1"'
call 200 POST /prescriptions/verify "$BODY" -H "$(as "$PHARMACY_TOKEN")"
show '{state, valid}'

step "16. She revokes the consent: the doctor is out with the next request"
VERSION=$(curl -sS -H "$(as "$PATIENT_TOKEN")" "$API/me/consents" | jq -r '.items[0].version')
call 200 PUT "/me/consents/$MEMBER" '{"state": "revoked"}' -H "$(as "$PATIENT_TOKEN")" -H "If-Match: W/\"$VERSION\""
call 403 GET "/patients/$PATIENT/examination-protocols/$RECORD" '' -H "$(as "$DOCTOR_TOKEN")"
show '{code, status}'
call 200 GET /me/consent-journal '' -H "$(as "$PATIENT_TOKEN")"
show '[.items[].what]'

step "17. Her own overview"
call 200 GET "/patients/$PATIENT/overview" '' -H "$(as "$PATIENT_TOKEN")"
show '{person: .person | {last_name, birth_date}, allergies: (.allergies | length), current_medication: (.current_medication | length)}'

step "18. Who looked at her card: everybody, also the system itself and the one who was refused"
sign_in "$PHONE" patient
PATIENT_TOKEN=$TOKEN
wait_for '[.items[] | select(.outcome == "denied" and .who.role == "doctor")] | length > 0' '/me/journal?limit=100' "$(as "$PATIENT_TOKEN")"
show '[.items[] | {at: .at[0:19], who: (.who.name // .who.role), what: .action, outcome}] | .[0:6][]'

step "19. She asks for the list with its proof: a number of her own makes it hers and fresh"
NONCE=$(key)
call 202 POST /me/journal/requests "$(jq -n --arg n "$NONCE" '{nonce: $n}')" -H "$(as "$PATIENT_TOKEN")"
REQUEST=$(jq -r .request_id <<<"$ANSWER")
wait_for '.chains | length > 0' "/me/journal/requests/$REQUEST" "$(as "$PATIENT_TOKEN")"
BUNDLE=${BUNDLE:-$WORK/bundle.json}
printf '%s' "$ANSWER" >"$BUNDLE"
show '{entries: (.chains[0].entries | length), proof: (.chains[0].proof | length), nonce}'

step "20. … and checks it on a computer that asks nobody: nothing altered, dropped or reordered, nothing cut off at the end"
(cd "$ROOT" && "$PYTHON" -m verifier patient "$BUNDLE" --policy "$POLICY" --nonce "$NONCE" --max-age 15 --language en)
sed 's/denied/succes/' "$BUNDLE" >"$WORK/forged.json"
if (cd "$ROOT" && "$PYTHON" -m verifier patient "$WORK/forged.json" --policy "$POLICY" --nonce "$NONCE" --language en) >"$WORK/said"; then
  echo "a forged list was not noticed" >&2
  exit 1
fi
grep -m 1 -i 'shown\|text\|logged' "$WORK/said"

printf '\nThe journey is complete: patient %s\n' "$PATIENT"
