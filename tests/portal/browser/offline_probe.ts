/** The portal's own modules of work without a connection, on a page that has nothing else: /offline-probe.js. */
export * as outbox from "../../../portal/src/offline/outbox";
export * as opening from "../../../portal/src/offline/opening";
export * as unfinished from "../../../portal/src/offline/unfinished";
export * as unlocking from "../../../portal/src/offline/unlocking";
export * as vault from "../../../portal/src/offline/vault";
export * as whose from "../../../portal/src/offline/whose";
