// The official OpenAI client for Node against a running zhiwen: PACKAGE BASE KEY.
import { createRequire } from "node:module";
import assert from "node:assert";

const [folder, base, key] = process.argv.slice(2);
const OpenAI = createRequire(folder + "/")("openai");
const client = new OpenAI({ baseURL: base + "/v1", apiKey: key, maxRetries: 0 });

const messages = [{ role: "user", content: "2021智博会签约多少项目" }];
const answer = await client.chat.completions.create({ model: "zhiwen", messages });
const text = answer.choices[0].message.content;
assert.match(text, /92个/);
const cited = answer.choices[0].message.annotations[0].url_citation;
assert.equal(text.slice(cited.start_index, cited.end_index), "[1]");

let streamed = "", finish = null;
for await (const chunk of await client.chat.completions.create({ model: "zhiwen", messages, stream: true })) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  finish = chunk.choices[0]?.finish_reason ?? finish;
}
assert.equal(streamed, text);
assert.equal(finish, "stop");
await assert.rejects(client.chat.completions.create({ model: "zhiwen", messages, n: 2 }), OpenAI.BadRequestError);
console.log("ok");
