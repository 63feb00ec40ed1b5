package llm_test

import (
	"context"
	"errors"
	"fmt"

	"zhiwen/rag"
	"zhiwen/rag/llm"
)

func ExampleOpenModel() {
	ctx := context.Background()
	model, identity, err := llm.OpenModel(ctx, llm.ProviderOptions{Provider: "auto", OllamaURL: "http://127.0.0.1:1"})
	if errors.Is(err, llm.ErrNoModel) {
		fmt.Println(identity, "–", identity.Why)
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	generator, err := llm.NewModelGenerator(
		llm.NewResilientModel(model, llm.ResilienceOptions{}),
		llm.ModelOptions{Name: identity.String(), ContextTokens: identity.ContextTokens})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = generator.Generate(ctx, rag.Request{Question: "…", Language: "zh"}, func(c rag.Claim) error {
		fmt.Println(c.Text)
		return nil
	})
	if err != nil {
		fmt.Println(llm.Explain(err, "zh"))
	}
	// Output: none – neither a base URL nor a key is configured, and no Ollama with a model answers at http://127.0.0.1:1
}

func ExampleExplain() {
	err := fmt.Errorf("answer: %w", &llm.ModelError{Kind: llm.ErrUnauthorized, Status: 401})
	fmt.Println(llm.Explain(err, "zh"))
	fmt.Println(llm.Explain(err, "en"))
	// Output:
	// 语言模型的服务不接受当前的密钥，请检查 llm 的密钥设置。
	// The language model's service does not accept the key; please check the llm key setting.
}
