"""Under which keys the bodies of each API hold what. Known to `body.py`; a new API is a few words here.

Paths have dots between their keys; where several are given, the first that gives a value wins.
"""

from __future__ import annotations

from sentinel.formats._mapping.values import Converter, boolean, count, integer, milliseconds, setting, text

Readings = dict[str, tuple[Converter, tuple[str, ...]]]

ASKED: Readings = {
    "gen_ai.request.model": (text, ("model", "modelId", "model_id")),
    "gen_ai.request.stream": (boolean, ("stream",)),
    "gen_ai.request.temperature": (setting, (
        "temperature", "generationConfig.temperature", "generation_config.temperature", "inferenceConfig.temperature",
        "textGenerationConfig.temperature", "options.temperature", "parameters.temperature")),
    "gen_ai.request.max_tokens": (count, (
        "max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample", "max_gen_len", "maxTokens",
        "generationConfig.maxOutputTokens", "generation_config.max_output_tokens", "inferenceConfig.maxTokens",
        "inferenceConfig.max_new_tokens", "textGenerationConfig.maxTokenCount", "options.num_predict",
        "parameters.maxOutputTokens", "parameters.max_new_tokens")),
    "gen_ai.request.logprobs": (boolean, ("logprobs", "responseLogprobs", "generationConfig.responseLogprobs")),
    "gen_ai.conversation.id": (text, ("conversation.id", "conversation", "previous_response_id", "conversation_id", "session_id")),
    "sentinel.end_user.id": (text, ("user", "safety_identifier", "metadata.user_id", "metadata.user", "end_user")),
}
SYSTEM = ("system", "instructions", "systemInstruction", "system_instruction", "preamble")
# Where the input stands, and what is asked for with it; whether `input` is to be answered or embedded, the answer says.
INPUT: dict[str, str] = {
    "chat_history": "chat", "messages": "chat", "message": "chat", "contents": "generate_content", "prompt": "text_completion",
    "inputText": "text_completion", "inputs": "text_completion", "input_text": "text_completion", "texts": "embeddings",
    "suffix": "", "input": "", "query": "", "documents": "", "instances": "", "promptVariables": "", "content": "", "requests": "",
    "inputImage": "", "images": "", "image": "", "prediction": "", "question": "", "tool_results": "", "textToImageParams": "",
    "text_prompts": "", "file": "",
    "chat_template": "", "template": "",  # engines let a client bring its own: text around every turn
}
# Those that are lists of messages, or may be.
TURNS = frozenset({"chat_history", "messages", "message", "contents", "input"})
# In a body of no known shape everything is input but these.
SETTINGS = frozenset({*SYSTEM, "user", "metadata", "tools", "functions", "toolConfig", "tool_choice", "data_sources", "headers",
                       "authorization", "conversation", "previous_response_id", "anthropic_version"})
# Beside an input, texts that a model does not get to see.
UNSAID = frozenset({"stop", "stop_sequences", "mcp_servers", "extra_headers", "model", "labels", "requestMetadata", "safety_settings",
                    "safetySettings", "cachedContent", "tool_config", "tools_config"})
TOOLS = ("tools", "functions", "toolConfig.tools", "tool_config.tools", "tools_config.tools")
# What a tool's definition may hold that is a credential, and none of the model's business.
CREDENTIALS = frozenset({"headers", "authorization", "authentication", "api_key"})

ANSWER = ("choices", "output", "content", "candidates", "results", "outputs", "generations", "completions", "predictions",
           "generation", "completion", "message", "text", "outputText", "generated_text", "response", "data", "images",
           "artifacts", "tool_plan", "citations", "documents", "transcript")
USED: Readings = {
    "gen_ai.response.id": (text, ("id", "responseId", "response_id", "generation_id")),
    "gen_ai.response.model": (text, ("model", "modelVersion")),
    "gen_ai.usage.input_tokens": (integer, (
        "usage.prompt_tokens", "usage.input_tokens", "usage.inputTokens", "usageMetadata.promptTokenCount", "inputTextTokenCount",
        "prompt_token_count", "usage.tokens.input_tokens", "meta.tokens.input_tokens", "meta.billed_units.input_tokens",
        "prompt_eval_count", "amazon-bedrock-invocationMetrics.inputTokenCount")),
    "gen_ai.usage.output_tokens": (integer, (
        "usage.completion_tokens", "usage.output_tokens", "usage.outputTokens", "usageMetadata.candidatesTokenCount",
        "generation_token_count", "usage.tokens.output_tokens", "meta.tokens.output_tokens", "meta.billed_units.output_tokens",
        "eval_count", "totalOutputTextTokenCount", "results.tokenCount", "amazon-bedrock-invocationMetrics.outputTokenCount")),
    "gen_ai.usage.reasoning.output_tokens": (integer, (
        "usage.completion_tokens_details.reasoning_tokens", "usage.output_tokens_details.reasoning_tokens",
        "usageMetadata.thoughtsTokenCount")),
    "gen_ai.usage.cache_read.input_tokens": (integer, (
        "usage.prompt_tokens_details.cached_tokens", "usage.input_tokens_details.cached_tokens", "usage.cache_read_input_tokens",
        "usage.cacheReadInputTokens", "usageMetadata.cachedContentTokenCount")),
    "gen_ai.usage.cache_creation.input_tokens": (integer, ("usage.cache_creation_input_tokens", "usage.cacheWriteInputTokens")),
    "event.duration": (milliseconds, ("metrics.latencyMs", "amazon-bedrock-invocationMetrics.invocationLatency")),
}
ERROR: Readings = {
    "error.type": (text, ("type", "innererror.code", "__type", "status", "reason")),
    "error.code": (text, ("code", "__type")),
    "error.message": (text, ("message", "Message", "detail", "msg")),
}
CUT_SHORT = ("incomplete_details.reason", "promptFeedback.blockReason")
EMBEDDINGS = frozenset({"embedding", "embeddings", "embeddingsByType"})
# What is all there is to an answer that tells of an error.
COMPLAINT = frozenset({"message", "Message", "detail", "code", "status", "type", "__type", "param", "object", "request_id", "requestId"})
