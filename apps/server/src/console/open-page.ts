/** The page that a code opens. It holds nothing but a sentence, and works where the console is not built. */
const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Bincard</title>
  </head>
  <body>
    <p id="said" role="status">Signing in …</p>
    <noscript>The console needs JavaScript.</noscript>
    <script src="/console/open.js"></script>
  </body>
</html>
`;

/** The code leaves the address bar and the history before it is sent anywhere. */
const SCRIPT = `(async () => {
  const said = document.getElementById("said");
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  try {
    const response = await fetch("/console/open", {
      method: "POST",
      headers: { "content-type": "application/json", "x-bincard-console": "1" },
      body: JSON.stringify({ code }),
    });
    if (response.ok) return location.replace("/");
    const { error } = await response.json();
    said.textContent = error.message + ". Run bincard console again, or sign in with a token.";
  } catch {
    said.textContent = "The server did not answer. Run bincard console again.";
  }
  const link = document.createElement("a");
  link.href = "/";
  link.textContent = "To the console";
  document.body.append(link);
})();
`;

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function openPage(): Response {
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": POLICY,
  };
  return new Response(HTML, { headers });
}

export function openScript(): Response {
  return new Response(SCRIPT, { headers: { "Content-Type": "text/javascript; charset=utf-8" } });
}
