// Reads {"url", "token", "key", "card", "resource"} from standard input: a session of Medplum's client of FHIR against
// this server, whose tokens are bound to a key (DPoP); says on standard output what became of each step.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto'
import { MedplumClient, OperationOutcomeError } from '@medplum/core'

const asked = JSON.parse(await new Response(process.stdin).text())
const key = createPrivateKey(asked.key)
const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' })
const flat = value => Buffer.from(JSON.stringify(value)).toString('base64url')

function proof(method, address) {
  const claims = { jti: randomUUID(), htm: method, htu: address.split('?')[0], iat: Math.floor(Date.now() / 1000) }
  claims.ath = createHash('sha256').update(asked.token).digest('base64url')
  const said = `${flat({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${flat(claims)}`
  return `${said}.${sign('sha256', said, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

// A PUT names the version that its resource says: this server asks for it.
function proven(address, options = {}) {
  const headers = new Headers(options.headers)
  const method = options.method ?? 'GET'
  headers.set('Authorization', `DPoP ${asked.token}`)
  headers.set('DPoP', proof(method, address.toString()))
  if (method === 'PUT') headers.set('If-Match', `W/"${JSON.parse(options.body).meta.versionId}"`)
  return fetch(address, { ...options, headers })
}

const client = new MedplumClient({ baseUrl: `${asked.url}/`, fhirUrlPath: 'fhir/', fetch: proven, cacheTime: 0 })
const refused = async step => {
  try {
    await step
  } catch (error) {
    if (error instanceof OperationOutcomeError) return error.outcome.issue[0]
    throw error
  }
  throw new Error('it was not refused')
}

const [number] = asked.resource.identifier
const criteria = `identifier=${number.system}|${number.value}`
const created = await client.createResource(asked.resource)
const read = await client.readResource('Observation', created.id)
const same = (await client.createResourceIfNoneExist(asked.resource, criteria)).id === created.id
const search = { patient: asked.card, code: 'http://loinc.org|718-7' }
const found = await client.searchResources('Observation', { ...search, identifier: criteria.slice(11) })
const all = await client.searchResources('Observation', { ...search, _count: 200 })
let pages = 0
for await (const page of client.searchResourcePages('Observation', { ...search, _count: 3 })) pages += page.length
const updated = await client.updateResource({ ...created, status: 'amended' })
const versions = await client.readHistory('Observation', created.id)
const steps = [{ op: 'replace', path: '/status', value: 'corrected' }]
const patched = await client.patchResource('Observation', created.id, steps, { headers: { 'If-Match': 'W/"2"' } })
const entry = ['x', created.id].map(id => ({ request: { method: 'GET', url: `Observation/${id}` } })).reverse()
const batch = await client.executeBatch({ resourceType: 'Bundle', type: 'batch', entry })
const everything = await client.readPatientEverything(asked.card)
const { code, expression } = await refused(client.createResource({ ...asked.resource, status: 'sent' }))
await client.deleteResource('Observation', created.id)
const gone = await refused(client.readResource('Observation', created.id))

console.log(
  JSON.stringify({
    created,
    read,
    same,
    found: found.length,
    all: all.length,
    pages,
    updated: { status: updated.status, version: updated.meta.versionId },
    versions: versions.entry.map(one => one.resource.status),
    patched: patched.status,
    batch: batch.entry.map(one => one.response.status.slice(0, 3)),
    everything: everything.entry.length,
    deleted: gone.details.coding[0].code,
    refused: { code, expression },
  }),
)
process.exit()
