// Reads {"jws" | "qr" | "file", "directory", "key"} from standard input and says what kill-the-clipboard thinks of it.
import { Directory, SHCReader } from 'kill-the-clipboard'

const asked = JSON.parse(await new Response(process.stdin).text())
const reader = new SHCReader({
  publicKey: asked.key,
  issuerDirectory: Directory.fromJSON(asked.directory),
  strictReferences: true,
})
try {
  const card = asked.qr
    ? await reader.fromQRNumeric(asked.qr)
    : asked.file
      ? await reader.fromFileContent(asked.file)
      : await reader.fromJWS(asked.jws)
  console.log(JSON.stringify({ bundle: await card.asBundle() }))
} catch (error) {
  console.log(JSON.stringify({ refused: error.code ?? error.name }))
}
process.stdin.destroy()
