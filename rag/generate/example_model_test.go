package generate_test

import (
	"context"
	"errors"
	"fmt"

	"zhiwen/rag"
	"zhiwen/rag/generate"
)

func ExampleOpenModel() {
	ctx := context.Background()
	model, identity, err := generate.OpenModel(ctx, generate.ProviderOptions{Provider: "auto", OllamaURL: "http://127.0.0.1:1"})
	if errors.Is(err, generate.ErrNoModel) {
		fmt.Println(identity, "–", identity.Why)
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	generator, err := generate.NewModelGenerator(
		generate.NewResilientModel(model, generate.ResilienceOptions{}),
		generate.ModelOptions{Name: identity.String(), ContextTokens: identity.ContextTokens})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = generator.Generate(ctx, rag.Request{Question: "…", Language: "zh"}, func(c rag.Claim) error {
		fmt.Println(c.Text)
		return nil
	})
	if err != nil {
		fmt.Println(generate.Explain(err, "zh"))
	}
	// Output: none – neither a base URL nor a key is configured, and no Ollama with a model answers at http://127.0.0.1:1
}

func ExampleExplain() {
	err := fmt.Errorf("answer: %w", &generate.ModelError{Kind: generate.ErrUnauthorized, Status: 401})
	fmt.Println(generate.Explain(err, "zh"))
	fmt.Println(generate.Explain(err, "en"))
	// Output:
	// 语言模型的服务不接受当前的密钥，请检查 llm 的密钥设置。
	// The language model's service does not accept the key; please check the llm key setting.
}
