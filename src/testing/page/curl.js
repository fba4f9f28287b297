// A request as the vendor's curl line. Pure.

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

/// Of a message: the secret is masked in what the page is told.
export function curl_of(message) {
  const is_v1 = message.path.startsWith("/v1/");
  const lines = ["curl -X POST " + (is_v1 ? "https://api.dropcowboy.com" : "https://api-v2.dropcowboy.com") + message.path,
    "-H 'Content-Type: application/json'",
    "-H " + quoted((is_v1 ? "x-team-id: " : "x-key: ") + message.team_id), "-H 'x-secret: ***'"];
  if (message.idempotency_key) lines.push("-H " + quoted("Idempotency-Key: " + message.idempotency_key));
  lines.push("-d " + quoted(message.body ? JSON.stringify(message.body, null, 2) : "{}"));
  return lines.join(" \\\n  ");
}

/// What to try first. The secret is a variable of the shell.
export function example_of(about) {
  const first = (list, key) => Array.isArray(list) && list[0] ? list[0][key] : "";
  const body = {team_id: about.team_id, secret: "$DROPCOWBOY_SECRET", brand_id: first(about.brands, "brand_id"),
    phone_number: "+15550010001", recording_id: first(about.recordings, "media_id"),
    forwarding_number: "+15557654321", foreign_id: "first-one"};
  return "curl " + about.url + "/rvm -H 'Content-Type: application/json' -d @- <<END\n" +
    JSON.stringify(body, null, 2) + "\nEND";
}
