package web

import "net/http"

func (s *Server) pages() []route                                             { return nil }
func (s *Server) askForKey(w http.ResponseWriter, r *http.Request)           {}
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {}
