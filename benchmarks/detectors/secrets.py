"""Secrets of many vendors as they stand in settings, code, logs and chats, and placeholders, hashes and references as negatives.

Values are drawn from each vendor's published form, in the notation of `tests/detectors/generate.py`; they are never written out.
Held-back templates and half of the vendors are not those of development.
"""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Iterator

from benchmarks.detectors.sample import Sample, Text
from tests.detectors.generate import fill

Dice = random.Random
PER_VENDOR, PER_NEGATIVE = 12, 25
_UUID = "<8:hex>-<4:hex>-4<3:hex>-a<3:hex>-<12:hex>"

# Kind, name that settings use, value. Those with a mark of their own may stand anywhere.
_MARKED = [
    ("github_pat", "GITHUB_TOKEN", "<github:ghp>"), ("github_pat", "GH_APP_TOKEN", "<github:ghs>"),
    ("github_pat", "GH_PAT", "github_pat_<22:alnum>_<59:alnum>"), ("gitlab_pat", "GITLAB_TOKEN", "glpat-<20:alnum>"),
    ("gitlab_pat", "RUNNER_TOKEN", "glrt-<20:key>"), ("slack_token", "SLACK_BOT_TOKEN", "xoxb-<12:digit>-<12:digit>-<24:alnum>"),
    ("slack_webhook", "SLACK_WEBHOOK", "hooks.slack.com/services/T<8:base32>/B<10:base32>/<24:alnum>"),
    ("stripe_key", "STRIPE_KEY", "sk_live_<24:alnum>"), ("openai_key", "OPENAI_API_KEY", "sk-proj-<48:alnum>"),
    ("anthropic_key", "ANTHROPIC_API_KEY", "sk-ant-api03-<93:key>AA"), ("google_api_key", "MAPS_KEY", "AIza<35:key>"),
    ("aws_access_key", "AWS_ACCESS_KEY_ID", "AKIA<16:base32>"), ("sendgrid_key", "SENDGRID_API_KEY", "SG.<22:key>.<43:key>"),
    ("npm_token", "NPM_TOKEN", "<github:npm>"), ("pypi_token", "TWINE_PASSWORD", "pypi-AgEIcHlwaS5vcmc<120:key>"),
    ("huggingface_token", "HF_TOKEN", "hf_<34:alpha>"), ("digitalocean_token", "DO_TOKEN", "dop_v1_<64:hex>"),
    ("shopify_token", "SHOPIFY_TOKEN", "shpat_<32:hex>"), ("databricks_token", "DATABRICKS_TOKEN", "dapi<32:hex>"),
    ("grafana_token", "GRAFANA_TOKEN", "glsa_<32:alnum>_<8:hex>"), ("vault_token", "VAULT_TOKEN", "hvs.<90:key>"),
    ("alibaba_key", "ALIBABA_KEY_ID", "LTAI<20:alnum>"), ("artifactory_token", "ARTIFACTORY_KEY", "AKCp<69:alnum>"),
    ("brevo_key", "BREVO_KEY", "xkeysib-<64:hex>-<16:alnum>"), ("dynatrace_token", "DT_TOKEN", "dt0c01.<24:base32>.<64:base32>"),
    ("easypost_key", "EASYPOST_KEY", "EZAK<54:alnum>"), ("figma_token", "FIGMA_TOKEN", "figd_<40:key>"),
    ("flyio_token", "FLY_TOKEN", "fo1_<43:key>"), ("hubspot_token", "HUBSPOT", "pat-na1-" + _UUID), ("lob_key", "LOB_KEY", "live_<35:hex>"),
    ("mapbox_token", "MAPBOX", "sk.eyJ<70:alnum>.<22:key>"), ("netlify_token", "NETLIFY", "nfp_<36:alnum>"),
    ("planetscale_token", "PSCALE", "pscale_tkn_<43:key>"), ("pulumi_token", "PULUMI_ACCESS_TOKEN", "pul-<40:hex>"),
    ("readme_key", "README_KEY", "rdme_<70:lower>"), ("shippo_token", "SHIPPO", "shippo_live_<40:hex>"),
    ("sonarqube_token", "SONAR_TOKEN", "squ_<40:hex>"), ("sourcegraph_token", "SRC_TOKEN", "sgp_<40:hex>"),
    ("tailscale_key", "TS_AUTHKEY", "tskey-auth-<12:alnum>CNTRL-<32:alnum>"), ("typeform_token", "TYPEFORM", "tfp_<59:key>"),
    ("contentful_token", "CONTENTFUL_PAT", "CFPAT-<43:key>"), ("nvidia_key", "NVIDIA_API_KEY", "nvapi-<64:key>"),
    ("groq_key", "GROQ_API_KEY", "gsk_<52:alnum>"), ("replicate_token", "REPLICATE", "r8_<37:alnum>"), ("telegram_token", "TG_BOT", "<9:digit>:AA<33:alnum>"),
    ("airtable_token", "AIRTABLE", "pat<14:alnum>.<64:hex>"), ("linear_key", "LINEAR", "lin_api_<40:alnum>"),
    ("postman_key", "POSTMAN", "PMAK-<24:hex>-<34:hex>"), ("doppler_token", "DOPPLER", "dp.pt.<43:alnum>"),
    ("discord_token", "DISCORD_TOKEN", "M<23:alnum>.<6:alnum>.<38:alnum>"), ("newrelic_key", "NEW_RELIC", "NRAK-<27:base32>"),
    ("maxmind_key", "MAXMIND", "<6:alnum>_<29:alnum>_mmk"), ("prefect_token", "PREFECT", "pnu_<36:alnum>"), ("jwt", "ID_TOKEN", "<jwt>"),
    ("microsoft_teams_webhook", "TEAMS_URL", f"acme.webhook.office.com/webhookb2/{_UUID}@{_UUID}/IncomingWebhook/<32:hex>/{_UUID}"),
    ("private_key", "KEY", "<pem:RSA>"), ("private_key", "TLS_KEY", "<pem:json>"), ("private_key", "SSH_KEY", "<pem:OPENSSH>"),
    ("password_hash", "HASH", "$2b$12$<53:alnum>"), ("frameio_token", "FRAMEIO", "fio-u-<64:key>"), ("scalingo_token", "SCALINGO", "tk-us-<48:key>"),
    ("flutterwave_key", "FLW", "FLWSECK-<32:hex>-X"), ("age_key", "AGE", "AGE-SECRET-KEY-1<58:bech32>"), ("rubygems_key", "GEM", "rubygems_<48:hex>"),
    ("launchdarkly_key", "LD_SDK", "sdk-" + _UUID), ("plaid_token", "PLAID_ACCESS", "access-production-" + _UUID), ("atlassian_token", "JIRA_API_TOKEN", "ATATT3<186:key>"),
    ("openshift_token", "OC", "sha256~<43:key>"), ("square_token", "SQUARE", "sq0csp-<43:alnum>"), ("sentry_token", "SENTRY_AUTH_TOKEN", "sntryu_<64:hex>"),
    ("docker_token", "DOCKER_PAT", "dckr_pat_<27:alnum>"), ("infracost_key", "INFRACOST_API_KEY", "ico-<32:alnum>"), ("nuget_key", "NUGET", "oy2<43:lower>"),
]
# Those that only the name beside them gives away.
_NAMED = [
    ("algolia_key", "ALGOLIA_API_KEY", "<32:hex>"), ("asana_token", "ASANA_CLIENT_SECRET", "<32:lower>"),
    ("aws_secret_key", "AWS_SECRET_ACCESS_KEY", "<40:aws>"), ("azure_key", "AZURE_OPENAI_API_KEY", "<32:hex>"),
    ("bitbucket_token", "BITBUCKET_CLIENT_SECRET", "<32:alnum>"), ("cloudflare_token", "CLOUDFLARE_API_TOKEN", "<40:key>"),
    ("cohere_key", "COHERE_API_KEY", "<40:alnum>"), ("confluent_key", "CONFLUENT_API_SECRET", "<64:aws>"), ("datadog_key", "DATADOG_API_KEY", "<32:hex>"),
    ("datadog_key", "DD_APP_KEY", "<40:hex>"), ("dropbox_token", "DROPBOX_APP_SECRET", "<15:lower>"), ("etsy_token", "ETSY_API_TOKEN", "<24:lower>"),
    ("facebook_token", "FACEBOOK_APP_SECRET", "<32:hex>"), ("fastly_token", "FASTLY_API_TOKEN", "<32:key>"), ("heroku_key", "HEROKU_API_KEY", _UUID),
    ("intercom_token", "INTERCOM_API_KEY", "<60:key>"), ("linkedin_secret", "LINKEDIN_CLIENT_SECRET", "<16:alnum>"), ("mistral_key", "MISTRAL_API_KEY", "<32:alnum>"),
    ("okta_token", "OKTA_API_TOKEN", "00<40:key>"), ("pagerduty_key", "PAGERDUTY_TOKEN", "<20:alnum>"), ("plaid_token", "PLAID_SECRET", "<30:hex>"),
    ("snyk_token", "SNYK_TOKEN", _UUID), ("together_key", "TOGETHER_API_KEY", "<64:hex>"), ("travis_token", "TRAVIS_API_TOKEN", "<22:alnum>"),
    ("trello_key", "TRELLO_API_KEY", "<32:hex>"), ("twitch_token", "TWITCH_CLIENT_SECRET", "<30:lower>"), ("twitter_token", "TWITTER_API_SECRET", "<50:alnum>"),
    ("vercel_token", "VERCEL_TOKEN", "<24:alnum>"), ("wandb_key", "WANDB_API_KEY", "<40:hex>"), ("zendesk_key", "ZENDESK_API_TOKEN", "<40:alnum>"),
    ("zoom_secret", "ZOOM_CLIENT_SECRET", "<32:alnum>"), ("generic", "INTERNAL_API_KEY", "<32:alnum>"), ("generic", "SIGNING_SECRET", "<48:hex>"),
    ("generic", "BILLING_AUTH_TOKEN", "<36:key>"), ("password", "DB_PASSWORD", "<16:alnum>"), ("password", "SMTP_PASSWORD", "k9!<10:alnum>"),
    ("password", "ADMIN_PASSWORD", "Wald#<8:lower>"), ("codecov_token", "CODECOV_TOKEN", _UUID), ("mattermost_token", "MATTERMOST_TOKEN", "<26:lower>"),
    ("yandex_key", "YANDEX_API_KEY", "AQVN<36:key>"), ("rapidapi_key", "RAPIDAPI_KEY", "<10:hex>msh<15:hex>p1<5:hex>jsn<12:hex>"), ("sumologic_key", "SUMOLOGIC_ACCESS_KEY", "<64:alnum>"),
]
# {n}: name, {l}: in small letters, {c}: in camelCase, {v}: value.
_ASSIGNED = ["{n}={v}", "export {n}='{v}'", 'env:\n  - {n}: "{v}"\n  - DEBUG: "0"', '{{"{l}": "{v}", "region": "eu-west-1"}}', '{l} = "{v}"  # rotate in May',
             'variable "{l}" {{\n  default = "{v}"\n}}\nresource "x" "y" {{ {l} = "{v}" }}', "const {c} = '{v}';", "ENV {n}={v}", "My {s} is {v}, can you check the call?"]
_ASSIGNED_HELD = ['{n}: {v}', "os.environ['{n}'] = '{v}'", "set {n}={v}", "{l}: '{v}'\nretries: 3", "    \"{c}\" : \"{v}\",\n    \"timeout\" : 30", "docker run -e {n}={v} -p 80:80 app:1.2",
                  "| setting | value |\n|---|---|\n| {n} | {v} |", "[prod]\n{l}={v}\nport=5432", "hey, {n} was changed, it's `{n}={v}` now", "2026-03-04T10:11:12Z INFO config {l}={v} loaded in 20ms"]
_ANYWHERE = ["curl -H 'Authorization: Bearer {v}' https://api.example.org/v1/items", "the old one was {v} but it stopped working", "- {v}\n- next", "ERROR 401 for {v} (request 7731)"]
_ANYWHERE_HELD = ["Here you go: {v}", "headers = {{'X-Api-Key': '{v}'}}", '{{"messages":[{{"role":"user","content":"use {v} please"}}]}}', "id,token\n1,{v}\n"]
_URLS = ["postgres://app:{v}@db.example.org:5432/prod", "mongodb+srv://svc:{v}@cluster0.ab1cd.mongodb.net/x", "redis://:{v}@cache:6379/0"]
_URLS_HELD = ["amqp://worker:{v}@mq.example.org/vhost", "mysql+pymysql://root:{v}@10.0.0.5/shop", "smtp://mailer:{v}@smtp.example.org:587"]

_NEGATIVES = [
    "{n}=your-{d}-here", "{n}=<your-{d}>", "{n}=${{{n}}}", 'api_key = os.environ["{n}"]', "{n}: ${{{{ secrets.{n} }}}}", "const key = process.env.{n};", "{n}=changeme",
    "{n}=xxxxxxxxxxxxxxxxxxxxxxxx", "commit {h40}", "etag: \"{h32}\"", "sha256:{h64}", '"integrity": "sha512-{b88}=="', "request_id={u}", "data:image/png;base64,iVBORw0KGgo{b200}",
    "password: ********", "key sk-...{a4}", "AKIAIOSFODNN7EXAMPLE", "def login(user: str, password: str, token: Optional[str] = None):", "max_tokens: 4096, pad_token_id: 0", '"next_page_token": "{a40}"',
    "-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----", "ssh-rsa AAAAB3NzaC1yc2E{b200} me@host", "The token is read from the vault; ask Ops for the password.", "token = get_token(client_id)",
    "password = getpass('Password: ')", "image@sha256:{h64}", "trace_id={h32} span_id={h16}", "Passwort: Bitte mindestens 8 Zeichen eingeben",
]
_NEGATIVES_HELD = [
    '"{l}": "REPLACE_ME"', "{l}: \"{{{{ vault_{l} }}}}\"", "{n}=\"$({l}-helper get)\"", "{c}: config.get('{l}2'),", "{n}=%{n}%", "password: <password>", "# {n}=  (ask the platform team)", "git checkout {h40}", "md5 {h32}  file.tar.gz",
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "glpat-XXXXXXXXXXXXXXXXXXXX", "sk_live_your_secret_key_goes_here", "Bearer {{access_token}}", "Authorization: Bearer <token>", "session {u} closed", "src=\"data:image/jpeg;base64,/9j/{b200}\"",
    "\"publicKey\": \"MFkwEwYHKoZIzj0CAQYI{b88}\"", "mov_hash: {h64}", "'password' => 'Le mot de passe doit contenir 8 caractères'", "input type=\"password\" name=\"password\" id=\"password1\"", "secretKeyRef:\n  name: app-secrets-v2\n  key: token",
    "password = \"example-password-123\"", "tokens/s: 133.7, total_tokens: 20481", "layer {h64}: Pull complete", "x-amz-content-sha256: {h64}", "{n}=****************{a4}", "W/\"{h40}\"", "\"checksum\": \"{b44}=\"", "the secret to good bread is time2rise and patience",
]


def make(dice: Dice, held: bool) -> Iterator[Sample]:
    """Each vendor in several places, then what looks like a secret and is none."""
    assigned, anywhere = (_ASSIGNED_HELD, _ANYWHERE_HELD) if held else (_ASSIGNED, _ANYWHERE)
    for kinds, templates in ((_MARKED, assigned + anywhere), (_NAMED, assigned)):
        for kind, name, form in kinds:
            for _ in range(PER_VENDOR):
                template = dice.choice(templates)
                if ("\n" in form or "pem" in form) and "\n" not in template:
                    template = "{v}\n"
                yield _filled(template, kind, name, fill(form, dice))
    for template in _URLS_HELD if held else _URLS:
        for _ in range(PER_VENDOR):
            yield _filled(template, "connection_string", "", fill("<14:alnum>", dice))
    for template in _NEGATIVES_HELD if held else _NEGATIVES:
        for _ in range(PER_NEGATIVE):
            yield Sample(template.format(**_names(dice.choice(_NAMED + _MARKED)[1]), **_harmless(dice)), [], template[:24])


def _filled(template: str, kind: str, name: str, value: str) -> Sample:
    made = Text()
    for index, part in enumerate(template.replace("{v}", "\0").format(**_names(name)).split("\0")):
        if index:
            made.add(value, f"secret.{kind}")
        made.add(part)
    return made.sample(f"{kind}: {template[:30]}")


def _names(name: str) -> dict[str, str]:
    small = name.lower()
    head, *rest = small.split("_")
    return {"n": name, "l": small, "c": head + "".join(map(str.capitalize, rest)), "s": small.replace("_", " "), "d": small.replace("_", "-")}


def _harmless(dice: Dice) -> dict[str, str]:
    def base(size: int) -> str:
        return base64.b64encode(dice.randbytes(size)).decode()[:size].replace("=", "A")

    return {**{f"h{size}": f"{dice.getrandbits(4 * size):0{size}x}" for size in (16, 32, 40, 64)},
            **{f"b{size}": base(size) for size in (44, 64, 88, 200)}, "a4": fill("<4:alnum>", dice), "a40": fill("<40:alnum>", dice),
            "u": str(uuid.UUID(int=dice.getrandbits(128), version=4))}
