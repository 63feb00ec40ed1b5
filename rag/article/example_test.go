package article_test

import (
	"context"
	"fmt"
	"log"

	"zhiwen/rag/article"
)

func ExampleParse() {
	raw := []byte("---\ntitle: 渡口停航\ndate: 2023-11-02\n---\n<p>北渡口自11月3日起停航，预计停航12天。</p><script>x()</script>")
	articles, err := article.Parse(raw, "ferry.html", article.Options{})
	if err != nil {
		log.Fatal(err)
	}
	a := articles[0]
	text, _ := a.Paragraph(1)
	fmt.Println(a.Title, a.Published.Format("2006-01-02"))
	fmt.Println(text)
	// Output:
	// 渡口停航 2023-11-02
	// 北渡口自11月3日起停航，预计停航12天。
}

func ExampleWalk() {
	ctx := context.Background()
	files, err := article.Walk(ctx, []string{"testdata/documents/plain.txt", "testdata/documents/records.jsonl"})
	if err != nil {
		log.Fatal(err) // some paths failed; files holds the others
	}
	for _, file := range files {
		articles, err := article.ParseFile(ctx, file, article.Options{})
		if err != nil {
			log.Print(err) // articles holds what could be read
		}
		for _, a := range articles {
			fmt.Println(a.Title, len(a.Paragraphs))
		}
	}
	// Output:
	// 老钟楼修好了 2
	// 河道清淤提前完工 2
	// 第二批清淤船只本周到港，共5艘 1
}

func ExampleSplit() {
	a := article.Article{ID: "ferry", Title: "2023渡口停航", Paragraphs: []article.Paragraph{
		{Text: "北渡口停航12天。"}, {Text: "请改乘602路公交车，票价2元。"},
	}}
	for _, p := range article.Split(a, article.SplitOptions{}) {
		fmt.Println(p.ID, len(p.Spans))
		fmt.Println(article.EmbeddingText(&a, p))
	}
	// Output:
	// ferry#1 2
	// 2023渡口停航
	// 北渡口停航12天。
	// 请改乘602路公交车，票价2元。
}
