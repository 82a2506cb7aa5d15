#!/usr/bin/env python3
"""Writes the sample of ordinary traffic that `sentinel rules check` holds rules against.

    examples/benign.py [--folder sentinel/rules/author/benign]

In: nothing; a seed makes it the same each time. Out: a log for each format, FOLDER/litellm.jsonl and so on: a working day of a gateway
with some teams (claims, support, developers, an agent), their sign-ins at Keycloak, and what is done in their cloud. People ask for passwords to be reset, talk about prompts, paste code and
logs, mistype keys and run into rate limits. Nobody attacks, nothing leaks; every name and address is made up.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from traffic import AGENT, BATCH, FIRST, PARTNER, SUPPORT, Exchange, Key, edge_record, gateway_record

DAY = 1_767_600_000.0  # Monday, 2026-01-05T08:00:00Z
DEVELOPERS = Key("dev-tools", "platform", "u-5001", ("gpt-4o",))
ANALYST = Key("analyst-notebook", "claims", "u-1002", ("gpt-4o",))

TALK = {
    SUPPORT: [
        ("How do I reset my password?", "Open the portal, choose Forgotten password, and follow the link that you are sent."),
        ("Where is my claim {n}?", "Claim {n} is with the adjuster; you will hear from us within two days."),
        ("My card was charged twice for policy {n}.", "I am sorry. I have asked the billing team to look at policy {n}."),
        ("Can I speak to a person?", "Of course. Our lines are open from nine to five."),
        ("Which data do you keep about me?", "Your policies, your claims, and what you write here. The privacy page lists all of it."),
        ("Please forget what I said before, I meant policy {n}.", "No problem. What would you like to know about policy {n}?"),
        ("You are now speaking to my husband, he has another question.", "Welcome. How can I help?"),
        ("Ignore my last mail please, the receipt turned up.", "Good to hear. I have closed the request."),
        ("Are you a robot?", "I am an assistant of the claims team."),
    ],
    BATCH: [
        ("Summarise claim number {n} for the adjuster.", "Water damage in the cellar, reported on the day after; the estimate is attached."),
        ("Summarise: hail on a parked car, three dents, no glass.", "Three dents from hail; glass is whole."),
        ("Translate into German: your claim {n} has been settled.", "Ihr Schaden {n} wurde reguliert."),
        ("Classify the letter: I want to cancel policy {n} by the end of the month.", "cancellation"),
        ("Extract the date and the amount: paid 120.50 on 3 December.", '{{"date": "12-03", "amount": 120.5}}'),
    ],
    DEVELOPERS: [
        ("Why does this fail?\nTraceback (most recent call last):\n  File \"app.py\", line {m}, in run\nKeyError: 'token'",
         "The key `token` is missing from the mapping; use `.get` or check the configuration."),
        ("Write a unit test for a function that validates e-mail addresses.", "def test_needs_an_at_sign() -> None:\n    assert not valid('nobody')"),
        ("Explain `curl -H 'Authorization: Bearer $TOKEN'`.", "It sends a header whose value is taken from the variable TOKEN."),
        ("What is the difference between a system prompt and a user prompt?",
         "A system prompt sets the frame for the whole conversation; a user prompt is one turn of it."),
        ("Decode this: aGVsbG8gd29ybGQ=", "It says: hello world"),
        ("SELECT name, count(*) FROM claims GROUP BY name -- why is it slow?", "There is no index on name."),
        ("How do I rotate an API key without downtime?", "Issue the new one, roll it out, then revoke the old one."),
        ("Write a bash loop that deletes files older than {m} days in /tmp/cache.", "find /tmp/cache -type f -mtime +{m} -delete"),
        ("Review: `subprocess.run(['ls', path], check=True)`", "Fine: a list of arguments, no shell."),
        ("Draft a policy: staff must not paste passwords into chat tools.", "1. Passwords are never pasted into chat tools."),
    ],
    ANALYST: [
        ("List ten reasons why customers cancel.", "Price, moving house, a second insurer, service, and so on."),
        ("Turn into a table: north 120, south {m}, east 88.", "| region | claims |\n|---|---|\n| north | 120 |\n| south | {m} |\n| east | 88 |"),
        ("Write a polite reminder to send in the missing receipt.", "Dear customer, we are still waiting for the receipt."),
        ("What share of {n} is {m}?", "Divide {m} by {n}."),
        ("Act as a proof-reader and correct: teh claim were settled.", "The claim was settled."),
    ],
    PARTNER: [
        ("Please ignore the typo in my last message and translate it to French.", "Voici la traduction demandée."),
        ("Which documents does a new dealer need?", "A trade licence and proof of insurance."),
        ("How long is the offer valid?", "Thirty days from the day it was sent."),
    ],
}
TOOLS = [("get_weather", '{"city": "Bergen"}'), ("search_claims", '{"query": "hail"}'), ("create_ticket", '{"title": "call back"}'),
         ("calendar_free", '{"day": "2026-01-06"}')]
AGENTS = {SUPPORT: "OpenAI/Python 1.109.1", BATCH: "python-httpx/0.28.1", DEVELOPERS: "OpenAI/JS 4.77.0", PARTNER: "okhttp/4.12.0",
          ANALYST: "OpenAI/Python 1.109.1", AGENT: "langchain/0.3.14"}
ADDRESSES = {SUPPORT: ("203.0.113.7", "203.0.113.8"), BATCH: ("203.0.113.20",), AGENT: ("203.0.113.31",), PARTNER: ("203.0.113.40",),
             DEVELOPERS: ("203.0.113.50",), ANALYST: ("203.0.113.61",)}


def requests() -> Iterator[Exchange]:
    """One after the other, without end."""
    while True:
        key = random.choice((SUPPORT, SUPPORT, SUPPORT, BATCH, BATCH, AGENT, DEVELOPERS, ANALYST, PARTNER))
        about = {"key": key, "address": random.choice(ADDRESSES[key]), "agent": AGENTS[key]}
        chance = random.random()
        if chance < 0.01:
            yield Exchange(**about, prompt="hi", status=429, error="RateLimitError")
        elif chance < 0.015:
            # Somebody's new key has a typo, once.
            yield Exchange(**about, prompt="hi", status=401, tried=sha256(str(random.random()).encode()).hexdigest())
        elif key is AGENT:
            yield Exchange(**about, prompt="Plan my day and tell me what to wear.", tool=random.choice(TOOLS))
        else:
            question, answer = random.choice(TALK[key])
            numbers = {"n": random.randint(1000, 9999), "m": random.randint(2, 90)}
            yield Exchange(**about, prompt=question.format(**numbers), answer=answer.format(**numbers))


def sign_ins() -> Iterator[str]:
    """Everybody comes in the morning and after lunch; some mistype, one has forgotten."""
    for hour in (0, 5):
        for place, name in enumerate(FIRST):
            at = DAY + hour * 3600 + place * 240 + random.random() * 200
            if place % 5 == 3:
                yield sign_in(at, name, "LOGIN_ERROR", error="invalid_user_credentials")
            if place == 7 and not hour:
                yield sign_in(at + 20, name, "SEND_RESET_PASSWORD")
                yield sign_in(at + 90, name, "UPDATE_PASSWORD")
            yield sign_in(at + 110, name, "LOGIN")
            yield sign_in(at + 111, name, "CODE_TO_TOKEN")


def sign_in(at: float, name: str, kind: str, **more: str) -> str:
    """An event as Keycloak's own listener logs it."""
    time = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S,000")
    told = {"type": kind, "realmId": "5b1a", "realmName": "claims", "clientId": "portal", "userId": f"u-{sum(name.encode())}",
            "ipAddress": f"203.0.113.{70 + FIRST.index(name)}", **more, "auth_method": "openid-connect", "username": name}
    pairs = ", ".join(f'{key}="{value}"' for key, value in told.items())
    return f"{time} {'WARN ' if more else 'DEBUG'} [org.keycloak.events] (executor-thread-4) {pairs}"


def cloud_calls() -> Iterator[dict[str, object]]:
    """An application that calls its models, and somebody who looks at how they do."""
    for number in range(24):
        reads = number % 3 == 2
        name, role = (("GetModelInvocationLoggingConfiguration", "operations") if reads else ("InvokeModel", "claims"))
        yield {
            "eventVersion": "1.11", "eventTime": datetime.fromtimestamp(DAY + number * 1200, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": "bedrock.amazonaws.com", "eventName": name, "awsRegion": "eu-west-1", "readOnly": True,
            "sourceIPAddress": "203.0.113.50" if reads else "203.0.113.20", "userAgent": "Boto3/1.40", "requestID": f"r-{number}",
            "userIdentity": {"type": "AssumedRole", "arn": f"arn:aws:sts::123456789012:assumed-role/{role}/{role}-1", "accountId": "123456789012"},
            "requestParameters": None if reads else {"modelId": "anthropic.claude-sonnet-4"}, "recipientAccountId": "123456789012"}


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--folder", type=Path, default=Path(__file__).parents[1] / "sentinel" / "rules" / "author" / "benign")
    options.add_argument("--requests", type=int, default=140)
    given = options.parse_args()
    random.seed(20260105)
    given.folder.mkdir(parents=True, exist_ok=True)
    (given.folder / "keycloak.log").write_text("".join(f"{line}\n" for line in sign_ins()))
    (given.folder / "cloudtrail.jsonl").write_text("".join(json.dumps(call, separators=(",", ":")) + "\n" for call in cloud_calls()))
    at, ordinary = DAY, requests()
    with open(given.folder / "litellm.jsonl", "w") as gateway, open(given.folder / "nginx.jsonl", "w") as edge:
        for _ in range(given.requests):
            at += random.expovariate(given.requests / 36_000)
            exchange, call = next(ordinary), f"{random.getrandbits(128):032x}"
            gateway.write(json.dumps(gateway_record(exchange, round(at, 3), call), separators=(",", ":")) + "\n")
            edge.write(json.dumps(edge_record(exchange, round(at, 3), call), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
