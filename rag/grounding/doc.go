// Package grounding tells whether the evidence holds a claim. Start with
// [Verifier.Verify]: figures, dates, quotations and names, wording, negation and
// attribution are checked in turn, and the verdict says what decided.
package grounding
