// Package question reads what is asked: [Analyze] finds the answer type, the
// subquestions and the content words, [RewriteFollowUp] turns a follow-up into a
// question that stands alone. It knows no index and no evidence; what it needs
// of them it declares itself.
package question
