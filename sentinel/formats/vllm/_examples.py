"""Records of vLLM's log and the events they become. In: nothing. Out: `EXAMPLES`, which one test runs for all formats."""

from __future__ import annotations

from typing import Any

EXAMPLES: tuple[dict[str, Any], ...] = (
    {"lines": [
        r"(APIServer pid=1) DEBUG 11-24 23:01:23 [request_logger.py:58] Request chatcmpl-0a details: prompt: '<|im_start|>system\nBe terse.<|im_end|>\n<|im_start|>user\nIt\'s me<|im_end|>\n<|im_start|>assistant\n', prompt_token_ids: [1, 2], prompt_embeds shape: None.",
        "(APIServer pid=1) INFO 11-24 23:01:23 [request_logger.py:69] Received request chatcmpl-0a: params: SamplingParams(n=1, temperature=0.7, stop=[], max_tokens=512), lora_request: None.",
        "(APIServer pid=1) INFO 11-24 23:01:24 [request_logger.py:116] Generated response chatcmpl-0a: output: 'Hello', finish_reason: stop"],
     "events": [{"at": "2026-11-24T23:01:23Z", "fields": {
         "gen_ai.system_instructions": "Be terse.", "gen_ai.prompt": "It's me", "gen_ai.completion": "Hello",
         "gen_ai.operation.name": "chat", "gen_ai.response.id": "chatcmpl-0a", "http.request.id": "0a", "gen_ai.request.temperature": 0.7,
         "gen_ai.request.max_tokens": 512, "gen_ai.response.finish_reasons": ["stop"], "event.outcome": "success"}}]},
    {"line": '(APIServer pid=1) INFO:     203.0.113.7:51408 - "POST /v1/chat/completions HTTP/1.1" 401 Unauthorized',
     "category": "webserver",
     "fields": {"source.ip": "203.0.113.7", "http.request.method": "POST", "http.version": "1.1", "url.original": "/v1/chat/completions",
                "url.path": "/v1/chat/completions", "http.response.status_code": 401, "event.outcome": "failure"}},
    {"lines": ["ERROR 11-24 23:01:35 [serving_chat.py:265] Error in preprocessing prompt inputs",
               "ERROR 11-24 23:01:35 [serving_chat.py:265] Traceback (most recent call last):",
               'ERROR 11-24 23:01:35 [serving_chat.py:265]   File "/app/serving_chat.py", line 240, in create_chat_completion',
               "ERROR 11-24 23:01:35 [serving_chat.py:265] jinja2.exceptions.TemplateError: Conversation roles must alternate"],
     "events": [{"at": "2026-11-24T23:01:35Z", "fields": {
         "error.type": "jinja2.exceptions.TemplateError", "event.outcome": "failure",
         "error.message": "Error in preprocessing prompt inputs: Conversation roles must alternate"}}]},
    {"line": '{"asctime": "2026-11-24 23:01:24,512", "levelname": "INFO", "name": "uvicorn.access", "processName": "MainProcess", "process": 1, "message": "203.0.113.7:51408 - \\"POST /v1/completions HTTP/1.1\\" 200", "vllm_process_name": "APIServer"}',
     "events": [{"at": "2026-11-24T23:01:24.512Z", "category": "webserver", "fields": {
         "source.ip": "203.0.113.7", "http.request.method": "POST", "http.version": "1.1", "url.original": "/v1/completions",
         "url.path": "/v1/completions", "http.response.status_code": 200, "event.outcome": "success"}}]},
)
