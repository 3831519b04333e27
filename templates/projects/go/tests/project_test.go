package tests

import (
	"os"
	"strings"
	"testing"
)

func TestNeedsNoModule(t *testing.T) {
	manifest, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(manifest), "require") {
		t.Error("go.mod requires a module")
	}
}
