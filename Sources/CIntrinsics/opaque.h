#pragma once

/// The same address, of which the compiler knows nothing any more.
///
/// Rows of a register tile lie at equal distances; a compiler that sees it computes each address from the one
/// before, reads all rows ahead and spills the accumulators.
static inline const float *contrast_opaque(const float *address)
{
    __asm__("" : "+r"(address));
    return address;
}

/// Asks for the line of an address, which will be written soon.
static inline void contrast_prefetch_for_writing(const float *address)
{
    __builtin_prefetch(address, 1, 3);
}
