package llm

import "testing"

func TestProfileOf(t *testing.T) {
	for name, want := range map[string]Profile{
		"openai/qwen2.5-coder-1.5b": ProfileSmall, "ollama/llama3.2:3b": ProfileSmall, "Qwen2.5-0.5B-Instruct": ProfileSmall,
		"qwen2.5-72b-instruct": ProfileLarge, "gpt-4o-mini": ProfileLarge, "deepseek-v3": ProfileLarge, "mixtral-8x7b": ProfileLarge, "": ProfileLarge,
	} {
		if got := ProfileOf(name); got != want {
			t.Errorf("ProfileOf(%q) = %s, want %s", name, got, want)
		}
	}
}
