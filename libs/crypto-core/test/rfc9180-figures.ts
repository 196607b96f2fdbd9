import {
  AES_128_GCM,
  CHACHA20_POLY1305,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  EXPORT_ONLY,
  HKDF_SHA256,
  HKDF_SHA512,
  type HpkeAead,
  type HpkeKdf,
  type HpkeKem,
} from '../src/hpke.ts';

/** One setting of RFC 9180 appendix A: hexadecimal, with the names that it has there. */
export interface Rfc9180Figures {
  readonly section: string;
  readonly kem: HpkeKem;
  readonly kdf: HpkeKdf;
  readonly aead: HpkeAead;
  readonly ikmE: string;
  readonly ikmR: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly sharedSecret: string;
  readonly ikmS?: string;
  readonly pkSm?: string;
  readonly psk?: string;
  /** Sequence number and ciphertext of {@link PLAINTEXT} with `Count-` and the number as its additional data. */
  readonly encryptions: readonly (readonly [sequence: number, ct: string])[];
  /** Of 32 bytes each, for the exporter contexts of {@link EXPORTER_CONTEXTS}. */
  readonly exports: readonly string[];
}

/** "Ode on a Grecian Urn", the info of every setting. */
export const INFO = '4f6465206f6e2061204772656369616e2055726e';
/** "Beauty is truth, truth beauty", the plaintext of every encryption. */
export const PLAINTEXT = '4265617574792069732074727574682c20747275746820626561757479';
/** "Ennyn Durin aran Moria", the id of every pre-shared key. */
export const PSK_ID = '456e6e796e20447572696e206172616e204d6f726961';
export const EXPORTER_CONTEXTS: readonly string[] = ['', '00', '54657374436f6e74657874'];

/** From RFC 9180 appendix A. */
export const RFC9180_FIGURES: readonly Rfc9180Figures[] = [
  {
    section: 'A.1.1',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
    ikmR: '6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037',
    pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    sharedSecret: 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc',
    encryptions: [
      [0, 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'],
      [1, 'af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84'],
      [256, '957f9800542b0b8891badb026d79cc54597cb2d225b54c00c5238c25d05c30e3fbeda97d2e0e1aba483a2df9f2'],
    ],
    exports: [
      '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee',
      '2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5',
      'e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931',
    ],
  },
  {
    section: 'A.1.2',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '78628c354e46f3e169bd231be7b2ff1c77aa302460a26dbfa15515684c00130b',
    ikmR: 'd4a09d09f575fef425905d2ab396c1449141463f698f8efdb7accfaff8995098',
    pkRm: '9fed7e8c17387560e92cc6462a68049657246a09bfa8ade7aefe589672016366',
    enc: '0ad0950d9fb9588e59690b74f1237ecdf1d775cd60be2eca57af5a4b0471c91b',
    sharedSecret: '727699f009ffe3c076315019c69648366b69171439bd7dd0807743bde76986cd',
    psk: '0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82',
    encryptions: [
      [0, 'e52c6fed7f758d0cf7145689f21bc1be6ec9ea097fef4e959440012f4feb73fb611b946199e681f4cfc34db8ea'],
      [1, '49f3b19b28a9ea9f43e8c71204c00d4a490ee7f61387b6719db765e948123b45b61633ef059ba22cd62437c8ba'],
      [256, 'c5bf246d4a790a12dcc9eed5eae525081e6fb541d5849e9ce8abd92a3bc1551776bea16b4a518f23e237c14b59'],
    ],
    exports: [
      'dff17af354c8b41673567db6259fd6029967b4e1aad13023c2ae5df8f4f43bf6',
      '6a847261d8207fe596befb52928463881ab493da345b10e1dcc645e3b94e2d95',
      '8aff52b45a1be3a734bc7a41e20b4e055ad4c4d22104b0c20285a7c4302401cd',
    ],
  },
  {
    section: 'A.1.3',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '6e6d8f200ea2fb20c30b003a8b4f433d2f4ed4c2658d5bc8ce2fef718059c9f7',
    ikmR: 'f1d4a30a4cef8d6d4e3b016e6fd3799ea057db4f345472ed302a67ce1c20cdec',
    pkRm: '1632d5c2f71c2b38d0a8fcc359355200caa8b1ffdf28618080466c909cb69b2e',
    enc: '23fb952571a14a25e3d678140cd0e5eb47a0961bb18afcf85896e5453c312e76',
    sharedSecret: '2d6db4cf719dc7293fcbf3fa64690708e44e2bebc81f84608677958c0d4448a7',
    ikmS: '94b020ce91d73fca4649006c7e7329a67b40c55e9e93cc907d282bbbff386f58',
    pkSm: '8b0c70873dc5aecb7f9ee4e62406a397b350e57012be45cf53b7105ae731790b',
    encryptions: [
      [0, '5fd92cc9d46dbf8943e72a07e42f363ed5f721212cd90bcfd072bfd9f44e06b80fd17824947496e21b680c141b'],
      [1, 'd3736bb256c19bfa93d79e8f80b7971262cb7c887e35c26370cfed62254369a1b52e3d505b79dd699f002bc8ed'],
      [256, '42fa248a0e67ccca688f2b1d13ba4ba84755acf764bd797c8f7ba3b9b1dc3330326f8d172fef6003c79ec72319'],
    ],
    exports: [
      '28c70088017d70c896a8420f04702c5a321d9cbf0279fba899b59e51bac72c85',
      '25dfc004b0892be1888c3914977aa9c9bbaf2c7471708a49e1195af48a6f29ce',
      '5a0131813abc9a522cad678eb6bafaabc43389934adb8097d23c5ff68059eb64',
    ],
  },
  {
    section: 'A.1.4',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '4303619085a20ebcf18edd22782952b8a7161e1dbae6e46e143a52a96127cf84',
    ikmR: '4b16221f3b269a88e207270b5e1de28cb01f847841b344b8314d6a622fe5ee90',
    pkRm: '1d11a3cd247ae48e901939659bd4d79b6b959e1f3e7d66663fbc9412dd4e0976',
    enc: '820818d3c23993492cc5623ab437a48a0a7ca3e9639c140fe1e33811eb844b7c',
    sharedSecret: 'f9d0e870aba28d04709b2680cb8185466c6a6ff1d6e9d1091d5bf5e10ce3a577',
    ikmS: '62f77dcf5df0dd7eac54eac9f654f426d4161ec850cc65c54f8b65d2e0b4e345',
    pkSm: '2bfb2eb18fcad1af0e4f99142a1c474ae74e21b9425fc5c589382c69b50cc57e',
    psk: '0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82',
    encryptions: [
      [0, 'a84c64df1e11d8fd11450039d4fe64ff0c8a99fca0bd72c2d4c3e0400bc14a40f27e45e141a24001697737533e'],
      [1, '4d19303b848f424fc3c3beca249b2c6de0a34083b8e909b6aa4c3688505c05ffe0c8f57a0a4c5ab9da127435d9'],
      [256, '13239bab72e25e9fd5bb09695d23c90a24595158b99127505c8a9ff9f127e0d657f71af59d67d4f4971da028f9'],
    ],
    exports: [
      '08f7e20644bb9b8af54ad66d2067457c5f9fcb2a23d9f6cb4445c0797b330067',
      '52e51ff7d436557ced5265ff8b94ce69cf7583f49cdb374e6aad801fc063b010',
      'a30c20370c026bbea4dca51cb63761695132d342bae33a6a11527d3e7679436d',
    ],
  },
  {
    section: 'A.2.1',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: CHACHA20_POLY1305,
    ikmE: '909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b',
    ikmR: '1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df',
    pkRm: '4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a',
    enc: '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a',
    sharedSecret: '0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7',
    encryptions: [
      [0, '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28'],
      [1, '6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c'],
      [256, '7a4a13e9ef23978e2c520fd4d2e757514ae160cd0cd05e556ef692370ca53076214c0c40d4c728d6ed9e727a5b'],
    ],
    exports: [
      '4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e',
      '8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69',
      '5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53',
    ],
  },
  {
    section: 'A.3.1',
    kem: DHKEM_P256_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e',
    ikmR: '668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550',
    pkRm:
      '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d3' +
      '0ad6aa8f80e30f1d128aafd68a2ce72ea0',
    enc:
      '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900' +
      'be863c403ce65c9bfcb9382657222d18c4',
    sharedSecret: 'c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8',
    encryptions: [
      [0, '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434'],
      [1, 'fa6f037b47fc21826b610172ca9637e82d6e5801eb31cbd3748271affd4ecb06646e0329cbdf3c3cd655b28e82'],
      [256, '10f179686aa2caec1758c8e554513f16472bd0a11e2a907dde0b212cbe87d74f367f8ffe5e41cd3e9962a6afb2'],
    ],
    exports: [
      '5e9bc3d236e1911d95e65b576a8a86d478fb827e8bdfe77b741b289890490d4d',
      '6cff87658931bda83dc857e6353efe4987a201b849658d9b047aab4cf216e796',
      'd8f1ea7942adbba7412c6d431c62d01371ea476b823eb697e1f6e6cae1dab85a',
    ],
  },
  {
    section: 'A.3.4',
    kem: DHKEM_P256_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: AES_128_GCM,
    ikmE: '3c1fceb477ec954c8d58ef3249e4bb4c38241b5925b95f7486e4d9f1d0d35fbb',
    ikmR: 'abcc2da5b3fa81d8aabd91f7f800a8ccf60ec37b1b585a5d1d1ac77f258b6cca',
    pkRm:
      '04d824d7e897897c172ac8a9e862e4bd820133b8d090a9b188b8233a64dfbc5f725aa0aa52c8462ab7c9188f1c4872f0' +
      'c99087a867e8a773a13df48a627058e1b3',
    enc:
      '046a1de3fc26a3d43f4e4ba97dbe24f7e99181136129c48fbe872d4743e2b131357ed4f29a7b317dc22509c7b00991ae' +
      '990bf65f8b236700c82ab7c11a84511401',
    sharedSecret: 'd4c27698391db126f1612d9e91a767f10b9b19aa17e1695549203f0df7d9aebe',
    ikmS: '6262031f040a9db853edd6f91d2272596eabbc78a2ed2bd643f770ecd0f19b82',
    pkSm:
      '049f158c750e55d8d5ad13ede66cf6e79801634b7acadcad72044eac2ae1d0480069133d6488bf73863fa988c4ba8bde' +
      '1c2e948b761274802b4d8012af4f13af9e',
    psk: '0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82',
    encryptions: [
      [0, 'b9f36d58d9eb101629a3e5a7b63d2ee4af42b3644209ab37e0a272d44365407db8e655c72e4fa46f4ff81b9246'],
      [1, '51788c4e5d56276771032749d015d3eea651af0c7bb8e3da669effffed299ea1f641df621af65579c10fc09736'],
      [256, 'f380e19d291e12c5e378b51feb5cd50f6d00df6cb2af8393794c4df342126c2e29633fe7e8ce49587531affd4d'],
    ],
    exports: [
      '595ce0eff405d4b3bb1d08308d70a4e77226ce11766e0a94c4fdb5d90025c978',
      '110472ee0ae328f57ef7332a9886a1992d2c45b9b8d5abc9424ff68630f7d38d',
      '18ee4d001a9d83a4c67e76f88dd747766576cac438723bad0700a910a4d717e6',
    ],
  },
  {
    section: 'A.4.1',
    kem: DHKEM_P256_HKDF_SHA256,
    kdf: HKDF_SHA512,
    aead: AES_128_GCM,
    ikmE: '4ab11a9dd78c39668f7038f921ffc0993b368171d3ddde8031501ee1e08c4c9a',
    ikmR: 'ea9ff7cc5b2705b188841c7ace169290ff312a9cb31467784ca92d7a2e6e1be8',
    pkRm:
      '04085aa5b665dc3826f9650ccbcc471be268c8ada866422f739e2d531d4a8818a9466bc6b449357096232919ec4fe907' +
      '0ccbac4aac30f4a1a53efcf7af90610edd',
    enc:
      '0493ed86735bdfb978cc055c98b45695ad7ce61ce748f4dd63c525a3b8d53a15565c6897888070070c1579db1f86aaa5' +
      '6deb8297e64db7e8924e72866f9a472580',
    sharedSecret: '02f584736390fc93f5b4ad039826a3fa08e9911bd1215a3db8e8791ba533cafd',
    encryptions: [
      [0, 'd3cf4984931484a080f74c1bb2a6782700dc1fef9abe8442e44a6f09044c88907200b332003543754eb51917ba'],
      [1, 'd14414555a47269dfead9fbf26abb303365e40709a4ed16eaefe1f2070f1ddeb1bdd94d9e41186f124e0acc62d'],
      [256, '62092672f5328a0dde095e57435edf7457ace60b26ee44c9291110ec135cb0e14b85594e4fea11247d937deb62'],
    ],
    exports: [
      'a32186b8946f61aeead1c093fe614945f85833b165b28c46bf271abf16b57208',
      '84998b304a0ea2f11809398755f0abd5f9d2c141d1822def79dd15c194803c2a',
      '93fb9411430b2cfa2cf0bed448c46922a5be9beff20e2e621df7e4655852edbc',
    ],
  },
  {
    section: 'A.5.2',
    kem: DHKEM_P256_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: CHACHA20_POLY1305,
    ikmE: 'e1a4e1d50c4bfcf890f2b4c7d6b2d2aca61368eddc3c84162df2856843e1057a',
    ikmR: 'ee51dec304abf993ef8fd52aacdd3b539108bbf6e491943266c1de89ec596a17',
    pkRm:
      '041eb8f4f20ab72661af369ff3231a733672fa26f385ffb959fd1bae46bfda43ad55e2d573b880831381d9367417f554' +
      'ce5b2134fbba5235b44db465feffc6189e',
    enc:
      '04f336578b72ad7932fe867cc4d2d44a718a318037a0ec271163699cee653fa805c1fec955e562663e0c2061bb96a87d' +
      '78892bff0cc0bad7906c2d998ebe1a7246',
    sharedSecret: 'ac4f260dce4db6bf45435d9c92c0e11cfdd93743bd3075949975974cc2b3d79e',
    psk: '0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82',
    encryptions: [
      [0, '21433eaff24d7706f3ed5b9b2e709b07230e2b11df1f2b1fe07b3c70d5948a53d6fa5c8bed194020bd9df0877b'],
      [1, 'c74a764b4892072ea8c2c56b9bcd46c7f1e9ca8cb0a263f8b40c2ba59ac9c857033f176019562218769d3e0452'],
      [256, '1ea6326c8098ed0437a553c466550114fb2ca1412cca7de98709b9ccdf19206e52c3d39180e2cf62b3e9f4baf4'],
    ],
    exports: [
      '530bbc2f68f078dccc89cc371b4f4ade372c9472bafe4601a8432cbb934f528d',
      '6e25075ddcc528c90ef9218f800ca3dfe1b8ff4042de5033133adb8bd54c401d',
      '6f6fbd0d1c7733f796461b3235a856cc34f676fe61ed509dfc18fa16efe6be78',
    ],
  },
  {
    section: 'A.7.1',
    kem: DHKEM_X25519_HKDF_SHA256,
    kdf: HKDF_SHA256,
    aead: EXPORT_ONLY,
    ikmE: '55bc245ee4efda25d38f2d54d5bb6665291b99f8108a8c4b686c2b14893ea5d9',
    ikmR: '683ae0da1d22181e74ed2e503ebf82840deb1d5e872cade20f4b458d99783e31',
    pkRm: '194141ca6c3c3beb4792cd97ba0ea1faff09d98435012345766ee33aae2d7664',
    enc: 'e5e8f9bfff6c2f29791fc351d2c25ce1299aa5eaca78a757c0b4fb4bcd830918',
    sharedSecret: 'e81716ce8f73141d4f25ee9098efc968c91e5b8ce52ffff59d64039e82918b66',
    encryptions: [],
    exports: [
      '7a36221bd56d50fb51ee65edfd98d06a23c4dc87085aa5866cb7087244bd2a36',
      'd5535b87099c6c3ce80dc112a2671c6ec8e811a2f284f948cec6dd1708ee33f0',
      'ffaabc85a776136ca0c378e5d084c9140ab552b78f039d2e8775f26efff4c70e',
    ],
  },
];
