package github

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// status is that of the answer that err is, 0 where it is none.
func status(err error) int {
	var answer *gh.ErrorResponse
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.Response.StatusCode
	}
	return 0
}

// gone tells whether err says that the thing is not there: a person has deleted it, or it never was.
func gone(err error) bool {
	return status(err) == http.StatusNotFound || status(err) == http.StatusGone
}

func unprocessable(err error) bool { return status(err) == http.StatusUnprocessableEntity }

// says tells of an answer of this status that has these words.
func says(err error, code int, words string) bool {
	return status(err) == code && strings.Contains(err.Error(), words)
}

// uncertain tells whether what failed with err may have been done all the same. A refusal is certain.
func uncertain(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	if _, ok := limited(err); ok {
		return false
	}
	return status(err) == 0 || status(err) >= 500
}

// limited tells whether err says that too many requests were made, and until when, if it says that.
func limited(err error) (until time.Time, ok bool) {
	var primary *gh.RateLimitError
	if errors.As(err, &primary) {
		return primary.Rate.Reset.Time, true
	}
	var secondary *gh.AbuseRateLimitError
	if errors.As(err, &secondary) {
		if secondary.RetryAfter == nil {
			return time.Time{}, true
		}
		return time.Now().Add(*secondary.RetryAfter), true
	}
	var answer *gh.ErrorResponse
	if !errors.As(err, &answer) || answer.Response == nil {
		return time.Time{}, false
	}
	header := answer.Response.Header
	code := answer.Response.StatusCode
	used := code == http.StatusTooManyRequests || code == http.StatusForbidden &&
		(header.Get("Retry-After") != "" || header.Get("X-RateLimit-Remaining") == "0" || strings.Contains(strings.ToLower(answer.Message), "rate limit"))
	return again(header), used
}

// again is when the headers of an answer allow the next request; zero where they do not say.
func again(header http.Header) time.Time {
	if s, err := strconv.Atoi(header.Get("Retry-After")); err == nil {
		return time.Now().Add(time.Duration(s) * time.Second)
	}
	if at, err := http.ParseTime(header.Get("Retry-After")); err == nil {
		return at
	}
	if s, err := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
		return time.Unix(s, 0)
	}
	return time.Time{}
}
