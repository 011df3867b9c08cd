package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Client speaks to a lab's server (docs/api.md).
type Client struct {
	Base string       // "http://127.0.0.1:8080"
	HTTP *http.Client // nil: http.DefaultClient
}

// The errors of a client that a sweep tells apart.
var (
	errUnknown = errors.New("the server does not know the run")
	errRefused = errors.New("the server refuses the run")
)

// An absence is the error of a server that cannot be reached, or wants to be asked later.
type absence struct {
	err   error
	full  bool          // it is there, and has no room
	after time.Duration // that it asks for; 0 where it does not say
}

func (a *absence) Error() string { return a.err.Error() }

// maxAnswer is more than a manifest or a record has.
const maxAnswer = 1 << 20

// A status is where a run is, as its manifest says.
type status struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	Reason    string `json:"reason"`
	Steps     int    `json:"steps"`
	Done      int    `json:"done"`
	CurveHash string `json:"curve_hash"`
}

// submit asks for a run, which goes on without viewers, and returns its id.
func (c *Client) submit(ctx context.Context, query string) (id string, err error) {
	if query != "" {
		query += "&"
	}
	var answer status
	err = c.json(ctx, http.MethodPost, "/runs", query+"keep=1", &answer)
	return answer.ID, err
}

// run returns where a run is.
func (c *Client) run(ctx context.Context, id string) (s status, err error) {
	err = c.json(ctx, http.MethodGet, "/runs/"+id, "", &s)
	return s, err
}

// record returns one record of a run; keys are the names of its fields.
func (c *Client) record(ctx context.Context, id string, step int) (map[string]*float64, error) {
	var raw map[string]json.RawMessage
	if err := c.json(ctx, http.MethodGet, fmt.Sprintf("/runs/%s/records?wait=0&from=%d", id, step), "", &raw); err != nil {
		return nil, err
	}
	values := map[string]*float64{}
	for name, b := range raw {
		var terms map[string]*float64
		var v *float64
		switch {
		case json.Unmarshal(b, &v) == nil:
			values[name] = v
		case json.Unmarshal(b, &terms) == nil:
			for term, v := range terms {
				values[name+"."+term] = v
			}
		}
	}
	return values, nil
}

// json asks for a value as JSON.
func (c *Client) json(ctx context.Context, method, path, body string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Base, "/")+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &absence{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &absence{err: err}
	}
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, into); err != nil {
			return fmt.Errorf("%s answers what is no lab's answer: %w", c.Base, err)
		}
		return nil
	}
	return c.failure(resp, b)
}

// failure makes an error of an answer that is not the one that was asked for.
func (c *Client) failure(resp *http.Response, body []byte) error {
	why := fmt.Errorf("%s says %s%s", c.Base, resp.Status, messages(body))
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return &absence{err: why, full: true, after: time.Duration(seconds) * time.Second}
	case code == http.StatusBadGateway, code == http.StatusGatewayTimeout:
		return &absence{err: why}
	case code == http.StatusNotFound && resp.Request.Method == http.MethodGet:
		return fmt.Errorf("%w: %w", errUnknown, why)
	case code == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w: %w", errRefused, why)
	}
	return why
}

// messages returns the messages of a lab's errors, or nothing.
func messages(body []byte) string {
	var answer struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	var b bytes.Buffer
	for _, e := range answer.Errors {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	return b.String()
}
