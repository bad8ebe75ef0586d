using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>How wide the registers are that the kernels of this process use.</summary>
/// <remarks>
/// Each property is a constant to the just-in-time compiler, so the paths that are not taken leave no code behind.
/// 512 bits also asks <see cref="Vector512.IsHardwareAccelerated"/>: the runtime says no where 512-bit code would slow
/// the clock down.
/// </remarks>
internal static class KernelWidth
{
    /// <summary>512, 256 or 128 bits; 32 for the scalar loops.</summary>
    internal static int Current => HasVector512 ? 512 : HasVector256 ? 256 : HasVector128 ? 128 : 32;

    internal static bool HasVector512 => Avx512F.IsSupported && Vector512.IsHardwareAccelerated && HasVector256;

    internal static bool HasVector256 => Avx2.IsSupported && Fma.IsSupported && HasVector128;

    internal static bool HasVector128 => Vector128.IsHardwareAccelerated;
}
