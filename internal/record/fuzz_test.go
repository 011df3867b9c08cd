package record_test

import (
	"bytes"
	"testing"

	"gradlab/internal/record"
)

// A file of records is refused, or its records are those that its head promises.
func FuzzFile(f *testing.F) {
	var whole bytes.Buffer
	if err := (&record.File{Schema: schema, Steps: steps}).Write(&whole); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()-3])
	f.Add([]byte("{}\n"))
	f.Add([]byte("{\"schema\":{\"fields\":[{}]},\"done\":1}\nG\x01\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\xff\xff\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := record.ReadFile(b)
		if err != nil {
			return
		}
		if file.Done != len(file.Steps) {
			t.Fatalf("%d records of %d", len(file.Steps), file.Done)
		}
		var out bytes.Buffer
		if err := file.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := record.ReadFile(out.Bytes())
		if err != nil || len(again.Steps) != len(file.Steps) || again.CurveHash != file.CurveHash {
			t.Fatalf("it comes back with %d records: %v", len(again.Steps), err)
		}
	})
}
