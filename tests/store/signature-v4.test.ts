// Are requests signed as servers of the S3 kind expect it? By the examples that the documentation of S3 publishes with their
// signatures, whose keys open nothing.

import { expect, test } from "vitest";
import { signedHeaders } from "../../src/store/sharing/signature-v4.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: null,
};
const now = Date.UTC(2013, 4, 24);
const host = "https://examplebucket.s3.amazonaws.com";

test.each([
  [
    "an object, with a header of ours",
    { method: "GET", path: "/test.txt", headers: { range: "bytes=0-9" }, body: "" },
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "a body, and a name that has to be encoded",
    {
      method: "PUT",
      path: "/test$file.text",
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      body: "Welcome to Amazon S3.",
    },
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "a parameter without a value",
    { method: "GET", path: "/?lifecycle", headers: {}, body: "" },
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "parameters",
    { method: "GET", path: "/?prefix=J&max-keys=2", headers: {}, body: "" },
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
])("%s", (_, { method, path, headers, body }, signature) => {
  const request = { method, url: new URL(host + path), headers, body: Buffer.from(body) };
  const signed = signedHeaders(request, { credentials, region: "us-east-1", now });
  expect(signed.authorization).toMatch(new RegExp(`, Signature=${signature}$`));
});

test("a session's token is sent and signed", () => {
  const request = { method: "GET", url: new URL(`${host}/a`), body: Buffer.alloc(0) };
  const signing = { credentials: { ...credentials, sessionToken: "for-an-hour" }, region: "eu-west-1", now };
  const signed = signedHeaders(request, signing);
  expect(signed["x-amz-security-token"]).toBe("for-an-hour");
  expect(signed.authorization).toContain(
    "20130524/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,",
  );
});
