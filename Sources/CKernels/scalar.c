#include "CKernels.h"

const char *sr_instruction_set(void) { return "scalar"; }
