// A library that can be unloaded, for never_unload_test.cpp.

extern "C" int answer_of_the_plug_in() { return 42; }
