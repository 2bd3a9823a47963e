// A Matrix client on the SDK of Tchap's web client, driven by JSON lines: one request a line on standard input
// ({id, do, ...}), one answer a line on standard output ({id, ok} or {id, error}).
import { createInterface } from "node:readline";

// The SDK writes its log with console: standard output is for answers alone.
for (const level of ["log", "info", "debug", "trace", "warn", "error"]) console[level] = () => {};
const sdk = await import("matrix-js-sdk");
const { VerificationPhase } = await import("matrix-js-sdk/lib/crypto-api/verification.js");
const { PollResponseEvent } = await import("matrix-js-sdk/lib/extensible_events_v1/PollResponseEvent.js");
const { OnlySignedDevicesIsolationMode } = await import("matrix-js-sdk/lib/crypto-api/index.js");

const ENCRYPTED = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
const KINDS = { "m.notice": "notice", "m.key.verification.request": "request" };
const messages = []; // every message of others: {room, sender, body, ...}
const waiting = []; // {matches, resolve, timer}
const seen = new Set(); // keys of the messages kept, since decryption and the timeline both tell
let client;

async function login({ url, user, password, strict }) {
  const first = sdk.createClient({ baseUrl: url });
  const { user_id, device_id, access_token } = await first.login("m.login.password", {
    identifier: { type: "m.id.user", user },
    password,
  });
  client = sdk.createClient({ baseUrl: url, userId: user_id, deviceId: device_id, accessToken: access_token });
  await client.initRustCrypto({ useIndexedDB: false });
  const crypto = client.getCrypto();
  await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: (request) =>
      request({ type: "m.login.password", identifier: { type: "m.id.user", user: user_id }, password }),
  });
  if (strict) crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
  client.on("Room.timeline", (event, _room, toStart) => toStart || keep(event));
  client.on("Event.decrypted", keep);
  client.on("Room.redaction", (event) => tell({ kind: "redaction", target: event.getAssociatedId() }, event));
  const synced = new Promise((resolve) => client.on("sync", (state) => state === "PREPARED" && resolve()));
  await client.startClient({ initialSyncLimit: 20 });
  await synced;
  return { user_id, device_id };
}

async function keep(event) {
  if (event.isBeingDecrypted()) return;
  const content = event.getContent();
  const failed = event.isDecryptionFailure();
  if (event.getType() === "m.room.message" || failed) {
    tell(
      {
        kind: failed ? "undecryptable" : content["m.new_content"] ? "edit" : (KINDS[content.msgtype] ?? "message"),
        body: content["m.new_content"]?.body ?? content.body,
        html: content["m.new_content"]?.formatted_body ?? content.formatted_body,
        msgtype: content.msgtype,
        mentions: content["m.mentions"]?.user_ids ?? [],
        relation: event.getWireContent()["m.relates_to"] ?? content["m.relates_to"],
        reason: failed ? event.decryptionFailureReason : undefined,
        encrypted: event.isEncrypted(),
        shield: event.isEncrypted() ? (await client.getCrypto().getEncryptionInfoForEvent(event))?.shieldColour : null,
      },
      event,
    );
  }
}

function tell(what, event) {
  if (event.getSender() === client.getUserId()) return;
  const message = { room: event.getRoomId(), sender: event.getSender(), event: event.getId(), ...what };
  const key = `${message.kind} ${message.event}`;
  if (seen.has(key)) return;
  seen.add(key);
  messages.push(message);
  const index = waiting.findIndex(({ matches }) => matches(message));
  if (index < 0) return;
  const [{ resolve, timer }] = waiting.splice(index, 1);
  clearTimeout(timer);
  messages.splice(messages.indexOf(message), 1);
  resolve(message);
}

// The next message of a kind and a room that was not taken yet.
function next({ room, kind = "message", seconds = 20 }) {
  const matches = (message) => message.room === room && message.kind === kind;
  const index = messages.findIndex(matches);
  if (index >= 0) return messages.splice(index, 1)[0];
  return new Promise((resolve, reject) => {
    const one = { matches, resolve };
    one.timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(one), 1);
      reject(new Error(`no ${kind} in ${seconds} s; have ${JSON.stringify(messages)}`));
    }, seconds * 1000);
    waiting.push(one);
  });
}

async function room({ invite, encrypted = true, direct = false, name }) {
  const { room_id } = await client.createRoom({
    invite,
    name,
    is_direct: direct,
    preset: "private_chat",
    initial_state: encrypted ? [ENCRYPTED] : [],
  });
  return room_id;
}

// Wait until a user has joined, so that the keys of the next message go to them.
async function joined({ room, user, seconds = 20 }) {
  const member = () => client.getRoom(room)?.getMember(user)?.membership === "join";
  const stop = Date.now() + seconds * 1000;
  while (!member()) {
    if (Date.now() > stop) throw new Error(`${user} has not joined in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function send({ room, body, mention, thread, reply }) {
  const content = { msgtype: "m.text", body, "m.mentions": mention ? { user_ids: [mention] } : {} };
  if (reply) content["m.relates_to"] = { "m.in_reply_to": { event_id: reply } };
  return (await client.sendMessage(room, thread ?? null, content)).event_id;
}

async function edit({ room, target, body }) {
  const fresh = { msgtype: "m.text", body, "m.mentions": {} };
  const relation = { rel_type: "m.replace", event_id: target };
  return (await client.sendMessage(room, { ...fresh, body: `* ${body}`, "m.new_content": fresh, "m.relates_to": relation }))
    .event_id;
}

async function react({ room, target, key }) {
  const relation = { rel_type: "m.annotation", event_id: target, key };
  return (await client.sendEvent(room, "m.reaction", { "m.relates_to": relation })).event_id;
}

// The poll of others that a room got last, as the SDK reads it, once there is one.
async function poll({ room, seconds = 20 }) {
  const stop = Date.now() + seconds * 1000;
  for (;;) {
    const found = [...(client.getRoom(room)?.polls.values() ?? [])].at(-1);
    if (found)
      return {
        event: found.pollId,
        question: found.pollEvent.question.text,
        answers: found.pollEvent.answers.map(({ id, text }) => ({ id, text })),
        most: found.pollEvent.maxSelections,
        ended: found.isEnded,
      };
    if (Date.now() > stop) throw new Error(`no poll in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Vote as Element does.
async function vote({ room, target, answer }) {
  const { type, content } = PollResponseEvent.from([answer], target).serialize();
  return (await client.sendEvent(room, type, content)).event_id;
}

// Wait until the SDK counts so many reactions under an event; return their keys, in its order.
async function reactions({ room, target, count, seconds = 20 }) {
  const stop = Date.now() + seconds * 1000;
  for (;;) {
    const relations = client.getRoom(room).relations.getChildEventsForEvent(target, "m.annotation", "m.reaction");
    const keys = (relations?.getSortedAnnotationsByKey() ?? []).map(([key]) => key);
    if (keys.length >= count || Date.now() > stop) return keys;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// What the SDK thinks of each device of a user, as Element does before it draws a shield, once there are so many that
// their owner has signed; of those there are when it takes too long.
async function trust({ user, devices: count = 1, seconds = 20 }) {
  const stop = Date.now() + seconds * 1000;
  for (;;) {
    const found = await devicesOf(user);
    const signed = found.filter(({ signedByOwner }) => signedByOwner).length;
    if (signed >= count || Date.now() > stop) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function devicesOf(user) {
  const crypto = client.getCrypto();
  const devices = (await crypto.getUserDeviceInfo([user], true)).get(user) ?? new Map();
  const status = await Promise.all([...devices.keys()].map((device) => crypto.getDeviceVerificationStatus(user, device)));
  return [...devices.keys()].map((device, index) => ({
    device,
    signedByOwner: status[index]?.signedByOwner ?? null,
    crossSigningVerified: status[index]?.crossSigningVerified ?? null,
  }));
}

// Ask a user to be verified, as « Vérifier » does in a direct room, or without a room one device of theirs; tell how it
// ends, and how long that took.
async function verify({ room, user, seconds = 20 }) {
  const start = Date.now();
  const crypto = client.getCrypto();
  const [device] = (await devicesOf(user)).map((one) => one.device);
  const request = await (room ? crypto.requestVerificationDM(user, room) : crypto.requestDeviceVerification(user, device));
  while (request.phase !== VerificationPhase.Cancelled) {
    if (Date.now() - start > seconds * 1000) throw new Error(`phase ${request.phase} after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { code: request.cancellationCode, by: request.cancellingUserId, seconds: (Date.now() - start) / 1000 };
}

async function redact({ room, target }) {
  return (await client.redactEvent(room, target)).event_id;
}

async function join({ room }) {
  return (await client.joinRoom(room)).roomId;
}

const actions = { login, room, join, joined, send, edit, redact, react, reactions, poll, vote, trust, verify, next };

async function answer(line) {
  const { id, do: name, ...request } = JSON.parse(line);
  try {
    return { id, ok: (await actions[name](request)) ?? null };
  } catch (error) {
    return { id, error: String(error?.stack ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  answer(line).then((found) => process.stdout.write(`${JSON.stringify(found)}\n`));
client?.stopClient();
process.exit(0);
